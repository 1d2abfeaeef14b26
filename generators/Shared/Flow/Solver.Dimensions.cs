namespace CompressDsl.Flow;

/// <content>Dimensions that move, come and go.</content>
public partial class Solver
{
    /// <summary>The tensor with two dimensions exchanged.</summary>
    public Shape Transpose(Shape x, int a, int b)
    {
        if (Normalise(x, a) is not { } first || Normalise(x, b) is not { } second)
        {
            return Ambiguous(x);
        }

        var count = -Math.Min(first, second);
        var ends = Ends(x, count).ToArray();
        (ends[count + first], ends[count + second]) = (ends[count + second], ends[count + first]);

        return TurnedAround(x, WithEnds(x, count, ends));
    }

    private static Shape TurnedAround(Shape x, Shape result) => x.IsHeld || x.IsFilled ? new(result.Node) { IsHeld = x.IsHeld, IsFilled = x.IsFilled } : result;

    /// <summary>The tensor with its dimensions in another order.</summary>
    public Shape Permute(Shape x, params int[] dims)
    {
        RequireRank(x, dims.Length);

        return x.Dims is { } known && known.Count == dims.Length && dims.All(dim => Normalise(x, dim) is not null)
            ? TurnedAround(x, Shape.Of([.. dims.Select(dim => known[dim < 0 ? dim + dims.Length : dim])]))
            : Ambiguous(x, $"a tensor of {x.Rank} dimensions has no order of {dims.Length}");
    }

    /// <summary>The tensor without a dimension of one element, or without all of them.</summary>
    public Shape Squeeze(Shape x, int? dim = null)
    {
        if (dim is null)
        {
            return x.Dims is { } dims ? Shape.Of([.. dims.Where(static layout => !layout.IsOne)]) : Ambiguous(x);
        }

        if (Normalise(x, dim.Value) is not { } fromEnd)
        {
            return Ambiguous(x);
        }

        var layout = Dim(x, fromEnd);

        if (layout.Size.Number is > 1)
        {
            return x;
        }

        if (!layout.IsOne)
        {
            Pin(layout, PinKind.Ambiguous, "a dimension may be squeezed away");
        }

        return Replace(x, fromEnd);
    }

    /// <summary>The tensor with a dimension of one element more.</summary>
    public Shape Unsqueeze(Shape x, int dim) => TurnedAround(x, Insert(x, dim, NewAxis(1, "one")));

    /// <summary>The tensor with dimensions of one element repeated; -1 keeps a size.</summary>
    public Shape Expand(Shape x, params Size[] sizes)
    {
        if (AreMany(sizes) || sizes.Any(static size => size.Symbol?.Leading is not null))
        {
            return Ambiguous(x, "is expanded to sizes of which it is not known how many they are");
        }

        RequireRank(x, sizes.Length);

        if (x.Dims is not { } dims || dims.Count > sizes.Length)
        {
            return Ambiguous(x, $"a tensor of {x.Rank} dimensions cannot be expanded to {sizes.Length}");
        }

        var result = new Layout[sizes.Length];

        for (var i = 0; i < sizes.Length; i++)
        {
            var old = i - sizes.Length + dims.Count;
            var keeps = old >= 0 && (sizes[i].IsRest || sizes[i].Number == 1 || !dims[old].IsOne);
            result[i] = keeps ? dims[old] : NewAxis(sizes[i], "expanded");

            if (!sizes[i].IsRest)
            {
                CheckSize(sizes[i], result[i]);
            }
        }

        return Shape.Of(result);
    }

    /// <summary>The tensor beside itself, so many times in each dimension.</summary>
    public Shape Repeat(Shape x, params Size[] times)
    {
        if (AreMany(times))
        {
            return Ambiguous(x, "is repeated in dimensions of which it is not known how many they are");
        }

        RequireRank(x, times.Length);

        if (x.Dims is not { } dims || dims.Count > times.Length)
        {
            return Ambiguous(x, $"a tensor of {x.Rank} dimensions cannot be repeated in {times.Length}");
        }

        var missing = times.Length - dims.Count;

        return Shape.Of([.. times.Select((count, i) => i < missing ? Repeated(count, null, true) : Repeated(count, dims[i - missing], true))]);
    }

    /// <summary>The tensor with every element of a dimension so many times in a row.</summary>
    public Shape RepeatInterleave(Shape x, Size times, int dim)
        => Normalise(x, dim) is { } fromEnd ? Replace(x, fromEnd, Repeated(times, Dim(x, dim), false)) : Ambiguous(x);

    /// <summary>The tensor at one index of a dimension, without that dimension.</summary>
    public Shape Select(Shape x, int dim)
    {
        if (Vanishing(x, dim) is not { } layout)
        {
            return Ambiguous(x);
        }

        Pin(layout, PinKind.Mixed, "has one of its elements picked");

        return Without(x, dim);
    }

    /// <summary>The tensor within a range of a dimension.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dim">The dimension.</param>
    /// <param name="start">The first index, or null where it is not known.</param>
    /// <param name="length">How many, or null where it is not known.</param>
    public Shape Narrow(Shape x, int dim, Size? start = null, Size? length = null) => Narrow(x, dim, start, length, isToEnd: false);

    private Shape Narrow(Shape x, int dim, Size? start, Size? length, bool isToEnd)
    {
        if (Normalise(x, dim) is not { } fromEnd)
        {
            return Ambiguous(x);
        }

        var layout = Dim(x, dim).Resolved;

        if (start is not null && length is not null && (Segments(layout, start, length) ?? Cut(layout, start, length)) is { } segments)
        {
            // What goes to the end is as long as it is.
            if (!isToEnd)
            {
                CheckSize(length, segments.Taken);
            }

            if (segments.Before.Count > 0)
            {
                CheckSize(start, Layout.ConcatOf(segments.Before));
            }

            return Replace(x, fromEnd, segments.Taken);
        }

        // Where the sizes are not known, the part may be one that can be followed.
        var isKnown = start is null || length is null || start.Number is not null && length.Number is not null && layout.Size.Number is not null;
        Pin(layout, isKnown ? PinKind.Mixed : PinKind.Hidden, "has a part of its elements taken");

        var part = NewAxis(length, "part");
        part.Inherit(layout.Leaves.First());
        part.HasSlots = part.HasLayerSlots = false;
        part.IsOutside = layout.Leaves.All(static axis => axis.IsOutside);
        (part.IsDerived, part.Sources) = (true, [Shape.Of(layout)]);

        return Replace(x, fromEnd, part);
    }

    /// <summary>Tensors along a new dimension.</summary>
    public Shape Stack(Shape[] shapes, int dim = 0) => Insert(shapes.Aggregate((a, b) => Either(a, b)!), dim, NewPosition(shapes.Length, "stacked"));

    /// <summary>Softmax over a dimension.</summary>
    public Shape Softmax(Shape x, int dim)
    {
        if (Normalise(x, dim) is not { } fromEnd)
        {
            return Ambiguous(x);
        }

        var layout = Dim(x, fromEnd);
        Pin(layout, PinKind.Mixed, "goes through a softmax");

        foreach (var axis in layout.Leaves)
        {
            axis.IsSoftmaxed = true;
        }

        return x;
    }

    /// <summary>A reduction over dimensions, or over all where none is named.</summary>
    public Shape Reduce(Shape x, int[] dims, bool keepdim, ReduceKind kind)
    {
        var all = dims.Length == 0;
        dims = all ? [.. Enumerable.Range(1, x.Node.Ends.Count + x.Node.Leaf.Front.Count).Select(static dim => -dim)] : dims;

        if (dims.Any(dim => Vanishing(x, dim) is null))
        {
            return Ambiguous(x);
        }

        if (kind == ReduceKind.Sum)
        {
            foreach (var dim in dims)
            {
                Sum(Vanishing(x, dim)!, x);
            }
        }
        else
        {
            foreach (var dim in dims)
            {
                Pin(Vanishing(x, dim)!, PinKind.Mixed, kind == ReduceKind.Mean ? "is averaged over" : "is reduced as a whole");
            }
        }

        if (x.Rank is null && all)
        {
            return keepdim ? Ambiguous(x) : Shape.Of();
        }

        // From the last to the first, so that those to come are where they were, counted from the front of what is known.
        var (result, gone) = (x, 0);

        foreach (var dim in dims.Select(dim => Normalise(x, dim) ?? int.MinValue).OrderByDescending(static dim => dim))
        {
            result = dim == int.MinValue ? keepdim ? Insert(Without(result, 0), 0, NewAxis(1, "one")) : Without(result, 0)
                : keepdim ? Replace(result, dim, NewAxis(1, "one"))
                : Replace(result, dim + gone++);
        }

        return Filled(result, x);
    }

    /// <summary>The dimension, where it can be told which one it is.</summary>
    private Layout? Vanishing(Shape x, int dim) => dim == 0 || Normalise(x, dim) is not null ? Dim(x, dim) : null;

    private Shape Without(Shape x, int dim)
        => Normalise(x, dim) is { } fromEnd ? Replace(x, fromEnd) : new(x.Node.Ends.Aggregate(Beginning(x), static (node, end) => node.Append(end)));

    private Shape Insert(Shape x, int dim, Layout layout)
    {
        if (dim < 0)
        {
            var ends = Ends(x, -dim - 1);

            return WithEnds(x, -dim - 1, [layout, .. ends]);
        }

        return x.Dims is { } dims ? Shape.Of([.. dims.Take(dim), layout, .. dims.Skip(dim)])
            : dim == 0 ? new(x.Node.Ends.Aggregate(Beginning(x), static (node, end) => node.Append(end)))
            : Ambiguous(x);
    }

    // An open tensor whose dimensions from the front are others than those of x.
    private Prefix Beginning(Shape x) => OpenShape(x.Node.Leaf.Name, x.Node.Leaf.Pattern!).Node;

    private Layout Repeated(Size times, Layout? layout, bool isOuter)
    {
        if (times.Number == 1)
        {
            return layout ?? NewAxis(1, "one");
        }

        var axis = NewAxis(times, "repeat");
        CheckSize(times, axis);

        return layout is null || layout.IsOne ? axis : new Product(isOuter ? [axis, layout] : [layout, axis]);
    }
}
