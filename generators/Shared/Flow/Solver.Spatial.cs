namespace CompressDsl.Flow;

/// <content>Operations over the positions of images and sequences.</content>
public partial class Solver
{
    /// <summary>A pooling: the last dimensions are other positions afterwards.</summary>
    /// <param name="x">Its input.</param>
    /// <param name="spatialDims">How many dimensions it pools: 2 for <c>MaxPool2d</c>.</param>
    /// <param name="sizes">Their sizes in the result, where they are known (adaptive pooling); else none.</param>
    public Shape Pool(Shape x, int spatialDims, params Size[] sizes)
    {
        RequireRank(x, spatialDims + 2);

        var pooled = Ends(x, spatialDims);

        foreach (var layout in pooled)
        {
            Pin(layout, PinKind.Mixed, "is pooled");
        }

        return WithEnds(x, spatialDims, [.. pooled.Select((_, i) => NewPosition(sizes.Length == spatialDims ? sizes[i] : null))]);
    }

    /// <summary>An interpolation: all dimensions but the first two are other positions afterwards.</summary>
    public Shape Interpolate(Shape x) => x.Rank is { } rank ? Pool(x, rank - 2) : Ambiguous(x);
}
