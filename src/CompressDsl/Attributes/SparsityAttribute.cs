namespace CompressDsl;

/// <summary>
/// Unstructured sparsity: a fraction of the single weights becomes zero, wherever they stand. The tensor keeps its shape.
/// </summary>
/// <remarks>
/// <para>On a field or property that holds a layer, it speaks of that layer's weight; on one that holds a container, or on a class, of
/// every prunable weight below that has no attribute of its own (the nearest attribute wins).</para>
/// <para>Zeros in dense storage are multiplied like any other number: by itself this makes a file that compresses better, not a faster model.
/// See CDSL2001 for the ways out.</para>
/// </remarks>
/// <param name="sparsity">The fraction of the weights that is REMOVED, in (0, 1).</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class SparsityAttribute(double sparsity) : Attribute
{
    /// <summary>The fraction of the weights that is removed, in (0, 1).</summary>
    public double Sparsity { get; } = sparsity;

    /// <summary>How the weights that go are chosen. Default: magnitude.</summary>
    public Criterion Criterion { get; set; }

    /// <summary>
    /// Which weights are compared with each other. Where none is named: those of one layer, and for <see cref="Criterion.Wanda"/> those of one row, as
    /// published.
    /// </summary>
    public Scope Scope { get; set; } = Scope.PerLayer;

    /// <summary>The kernel that multiplies with the sparse weight. Default: none is chosen.</summary>
    public SparseKernel Kernel { get; set; }

    /// <summary>What the sparsity is for. Default: speed.</summary>
    public Purpose Purpose { get; set; }
}
