namespace CompressDsl.Tool.Comparing;

/// <summary>A tensor that two checkpoints have.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="TypeA">The type of its numbers in the first.</param>
/// <param name="TypeB">And in the second.</param>
/// <param name="ShapeA">Its shape in the first.</param>
/// <param name="ShapeB">And in the second.</param>
/// <param name="LayoutA">How the first stores it; that alone is no difference.</param>
/// <param name="LayoutB">And the second.</param>
/// <param name="Mask">How its mask differs, in words; null where it does not.</param>
internal sealed record ComparedTensor(
    string Name, string TypeA, string TypeB, IReadOnlyList<long> ShapeA, IReadOnlyList<long> ShapeB, string LayoutA, string LayoutB, string? Mask)
{
    /// <summary>How the numbers differ; null where the shapes do.</summary>
    public TensorDifference? Values { get; init; }

    /// <summary>Whether it has one shape in both.</summary>
    internal bool SameShape => ShapeA.SequenceEqual(ShapeB);

    /// <summary>Whether it is the same in both.</summary>
    /// <param name="tolerance">The largest difference of two numbers that counts as none.</param>
    internal bool IsSame(double tolerance) => TypeA == TypeB && Mask is null && Values is { } values && values.IsWithin(tolerance);
}
