namespace CompressDsl.Flow;

/// <content>Elements that are picked.</content>
public partial class Solver
{
    /// <summary>What a tensor's index does.</summary>
    public Shape Index(Shape x, params ShapeIndex[] items)
    {
        var ellipsis = Array.FindIndex(items, static item => item.Kind == ShapeIndexKind.Ellipsis);
        var dim = 0;

        foreach (var item in ellipsis < 0 ? items : items.Take(ellipsis))
        {
            x = Index(x, item, ref dim, step: 1);
        }

        // From the end, what stands after an ellipsis.
        dim = -1;

        foreach (var item in ellipsis < 0 ? [] : items.Skip(ellipsis + 1).Reverse())
        {
            x = Index(x, item, ref dim, step: -1);
        }

        return x;
    }

    /// <summary>Picks elements along a dimension by a tensor of indices.</summary>
    public Shape Gather(Shape x, int dim) => Narrow(x, dim);

    /// <summary>What stands along a dimension, one by one.</summary>
    public Shape[] Unbind(Shape x, int dim = 0)
    {
        var count = SizeAt(x, dim).Number is { } number and <= Many ? (int)number : Many;

        return [.. Enumerable.Range(0, count).Select(_ => Select(x, dim))];
    }

    /// <summary><c>select(dim, index)</c>.</summary>
    public Shape Select(Shape x, int dim, int index)
    {
        _ = index;

        return Select(x, dim);
    }

    /// <summary>What a table of rows gives for indices.</summary>
    public Shape Lookup(Shape tokens, Shape table)
    {
        var looked = Unsqueeze(tokens, -1);

        return Join(looked, Narrow(table, 0));
    }

    private Shape Narrow(Shape x, int dim, ShapeIndex range)
    {
        var start = range.Start is null ? 0 : range.IsStartFromEnd ? SizeAt(x, dim) - range.Start : range.Start;
        var stop = range.Stop is null ? SizeAt(x, dim) : range.IsStopFromEnd || range.Stop.Number < 0 ? SizeAt(x, dim) - (range.IsStopFromEnd ? range.Stop : -range.Stop) : range.Stop;

        return Narrow(x, dim, start, stop - start, isToEnd: range.Stop is null);
    }

    // A dimension that is gone makes room for the next one.
    private Shape Index(Shape x, ShapeIndex item, ref int dim, int step)
    {
        var result = item.Kind switch
        {
            ShapeIndexKind.One => Select(x, dim),
            ShapeIndexKind.New => Unsqueeze(x, dim),
            ShapeIndexKind.Part => Narrow(x, dim),
            ShapeIndexKind.Range => Narrow(x, dim, item),
            ShapeIndexKind.Gathered => Gather(x, dim),
            _ => x,
        };

        dim += item.Kind == ShapeIndexKind.One ? 0 : step;

        return result;
    }
}
