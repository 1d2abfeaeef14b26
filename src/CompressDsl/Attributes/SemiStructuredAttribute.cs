namespace CompressDsl;

/// <summary>
/// N:M sparsity: of every <paramref name="m"/> neighbours along the input dimension, <paramref name="n"/> are KEPT and the others become
/// zero. <c>[SemiStructured(2, 4)]</c> is the pattern that sparse tensor cores multiply at twice the dense rate.
/// </summary>
/// <remarks>
/// Where it may stand, and what it then speaks of, is as for <see cref="SparsityAttribute"/>. The input dimension of the weight must be a
/// multiple of <paramref name="m"/> (CDSL2003).
/// Paper: Mishra et al., Accelerating Sparse Deep Neural Networks, arXiv 2104.08378.
/// </remarks>
/// <param name="n">How many of every <paramref name="m"/> weights are kept, in [1, m).</param>
/// <param name="m">The length of a group, at least 2.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class SemiStructuredAttribute(int n, int m) : Attribute
{
    /// <summary>How many of every <see cref="M"/> weights are kept.</summary>
    public int N { get; } = n;

    /// <summary>The length of a group along the input dimension.</summary>
    public int M { get; } = m;

    /// <summary>How the weights that go are chosen. Default: magnitude.</summary>
    public Criterion Criterion { get; set; }

    /// <summary>The kernel that multiplies with the sparse weight. Default: none is chosen.</summary>
    public SparseKernel Kernel { get; set; }

    /// <summary>What the sparsity is for. Default: speed.</summary>
    public Purpose Purpose { get; set; }
}
