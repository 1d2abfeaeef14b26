namespace CompressDsl.Flow;

/// <content>Operations as code calls them: by their names, with what it knows at the place.</content>
public partial class Solver
{
    /// <summary>A tensor that is made on the way, of a shape that nobody knows.</summary>
    public Shape Constant() => Outside("a constant");

    /// <summary>A parameter of which it is not known which.</summary>
    internal Shape HeldConstant() => new(Constant().Node) { IsHeld = true };

    /// <summary>A size that only a call knows.</summary>
    public Size UnknownSize(string text) => new SizeSymbol(text) { IsUnknown = true };

    /// <summary>Sizes that only a call knows: there is no saying how many.</summary>
    public Size[] UnknownSizes() => [new SizeSymbol("sizes that are not known here") { IsMany = true }];

    /// <summary><c>x.shape</c>; empty where it is not known how many dimensions there are.</summary>
    public Size[] Sizes(Shape x) => SizesBetween(x, 0, 0, isStopFromEnd: true);

    /// <summary>What <c>torch.cat</c> does.</summary>
    public Shape Cat(IEnumerable<Shape> shapes, int dim = 0) => Cat([.. shapes], dim);

    /// <summary>One of several tensors that are given; negative indices count from the end.</summary>
    public Shape ItemOf(IEnumerable<Shape> shapes, int index)
    {
        var all = shapes.ToArray();
        index = index < 0 ? all.Length + index : index;

        return index >= 0 && index < all.Length ? all[index] : Lost("a list that is given");
    }

    /// <summary>What <c>torch.stack</c> does.</summary>
    public Shape Stack(IEnumerable<Shape> shapes, int dim = 0) => Stack([.. shapes], dim);

    /// <summary>Mixes what lies along a dimension, and keeps its size.</summary>
    public Shape Mix(Shape x, int dim, string name = "softmax")
        => name.Contains("softm") ? Softmax(x, dim)
            : Normalise(x, dim) is { } fromEnd ? Mixed(x, Dim(x, fromEnd), name)
            : Ambiguous(x);

    private Shape Mixed(Shape x, Layout layout, string name)
    {
        Pin(layout, PinKind.Mixed, $"goes through '{name}'");

        return x;
    }

    /// <summary>What a reduction over some dimensions does.</summary>
    public Shape Reduce(string name, Shape x, bool keepdim, params int[] dims) => Reduce(x, dims, keepdim, KindOf(name));

    /// <summary>What a reduction over everything does.</summary>
    public Shape ReduceAll(string name, Shape x) => Reduce(x, [], false, KindOf(name));

    /// <summary>Moves one dimension to another place.</summary>
    public Shape MoveDim(Shape x, int source, int destination)
    {
        if (x.Rank is not { } rank)
        {
            return Ambiguous(x);
        }

        var order = Enumerable.Range(0, rank).ToList();
        order.RemoveAt(source < 0 ? source + rank : source);
        order.Insert(destination < 0 ? destination + rank : destination, source < 0 ? source + rank : source);

        return Permute(x, [.. order]);
    }

    /// <summary>Pads positions.</summary>
    public Shape Pad(Shape x, params int[] dims) => dims.Aggregate(x, (shape, dim) => Narrow(shape, dim));

    /// <summary>Halves a dimension: one half gates the other.</summary>
    public Shape Glu(Shape x, int dim)
    {
        var halves = Chunk(x, 2, dim);

        return Join(halves[0], halves[1]);
    }

    /// <summary><c>functional.layer_norm</c>: what it runs over cannot be masked, because no module does it.</summary>
    public Shape LayerNorm(Shape x, params Shape[] parameters)
    {
        Pin(Dim(x, -1), PinKind.Mixed, "is normalised by a function, which no mask can hold to the channels that stay");

        return Join([x, .. parameters]);
    }

    private static ReduceKind KindOf(string name) => name switch
    {
        "sum" or "nansum" => ReduceKind.Sum,
        "mean" or "nanmean" => ReduceKind.Mean,
        _ => ReduceKind.Other,
    };
}
