namespace CompressDsl.Flow;

/// <content>Functions with parameters of the user's own, and those that trade channels for positions.</content>
public partial class Solver
{
    /// <summary><c>functional.conv2d</c> and its kin with one group.</summary>
    /// <param name="x">[.., inputs, positions..].</param>
    /// <param name="weight">[outputs, inputs, kernel..], or [inputs, outputs, kernel..] where it is transposed.</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="spatialDims">How many dimensions it runs over.</param>
    /// <param name="isTransposed">Whether it is a transposed convolution.</param>
    public Shape Conv(Shape x, Shape weight, Shape? bias, int spatialDims, bool isTransposed)
    {
        RequireRank(weight, spatialDims + 2);
        var (outputs, inputs) = isTransposed ? (Dim(weight, 1), Dim(weight, 0)) : (Dim(weight, 0), Dim(weight, 1));
        Unify(Dim(x, -1 - spatialDims), inputs);

        foreach (var dim in Ends(weight, spatialDims))
        {
            Pin(dim, PinKind.Mixed, "is a place of a kernel");
        }

        if (bias is not null)
        {
            Unify(Dim(bias, -1), outputs);
        }

        return WithEnds(x, spatialDims + 1, [outputs, .. Enumerable.Range(0, spatialDims).Select(_ => NewPosition(null))]);
    }

    /// <summary><c>functional.batch_norm</c> and <c>instance_norm</c>: a number of each vector for every channel.</summary>
    public Shape Channelwise(Shape x, params Shape?[] vectors)
    {
        foreach (var vector in vectors.OfType<Shape>())
        {
            Unify(Dim(x, 1), Dim(vector, -1));
        }

        return vectors.Length == 0 ? x : Fill(x);
    }

    /// <summary>Channels become positions: [.., channels * factor², height, width] to [.., channels, height * factor, width * factor].</summary>
    public Shape PixelShuffle(Shape x, Size factor)
    {
        RequireRank(x, 4);
        inView = true;
        var parts = SplitItems([Dim(x, -3)], [-1, factor * factor]);
        inView = false;
        Pin(parts[1], PinKind.Mixed, "becomes positions");

        return WithEnds(x, 3, parts[0], NewPosition(null), NewPosition(null));
    }

    /// <summary>Positions become channels: [.., channels, height, width] to [.., channels * factor², height / factor, width / factor].</summary>
    public Shape PixelUnshuffle(Shape x, Size factor)
    {
        RequireRank(x, 4);

        return WithEnds(x, 3, Layout.ProductOf([Dim(x, -3), NewPosition(factor * factor)]), NewPosition(null), NewPosition(null));
    }

    /// <summary>Patches of an image: [batch, channels, height, width] to [batch, channels * places, patches].</summary>
    public Shape Unfold(Shape x)
    {
        RequireRank(x, 4);

        return WithEnds(x, 3, Layout.ProductOf([Dim(x, -3), NewPosition(null)]), NewPosition(null));
    }

    /// <summary>A dimension of windows: <c>x.unfold(dim, size, step)</c>.</summary>
    public Shape Windows(Shape x, int dim)
    {
        if (Normalise(x, dim) is not { } fromEnd)
        {
            return Ambiguous(x);
        }

        Pin(Dim(x, fromEnd), PinKind.Mixed, "is cut into windows");
        var result = Replace(x, fromEnd, NewPosition(null));

        return new(result.Node.Append(NewPosition(null)));
    }

    /// <summary>A loss: it looks at everything that it is given.</summary>
    public Shape Loss(string name, params Shape[] shapes)
    {
        foreach (var shape in shapes)
        {
            Touch(shape);
            Pin(shape, PinKind.Mixed, $"goes into '{name}', which looks at all of it");
        }

        return shapes.Length > 1 ? Reduce(Join(shapes), [], false, ReduceKind.Sum) : Constant();
    }

    /// <summary><c>cosine_similarity</c>: products summed over a dimension.</summary>
    public Shape Similarity(Shape a, Shape b, int dim) => Reduce(Join(a, b), [dim], false, ReduceKind.Sum);

    /// <summary><c>functional.normalize</c>: divided by the root of a sum of squares.</summary>
    public Shape Unit(Shape x, int dim)
    {
        _ = Reduce(x, [dim], false, ReduceKind.Sum);

        return x;
    }

    /// <summary>How many dimensions a tensor has; -1 where that is not known.</summary>
    public int RankOf(Shape x)
    {
        Doubts += x.Rank is null ? 1 : 0;

        return x.Rank ?? -1;
    }

    /// <summary>Tensors beside each other: <c>hstack</c>, along the second dimension, or the only one.</summary>
    public Shape HStack(IEnumerable<Shape> shapes) => shapes.ToArray() is var all && all.Any(static shape => shape.Rank == 1) ? Cat(all, 0) : Cat(all, 1);
}
