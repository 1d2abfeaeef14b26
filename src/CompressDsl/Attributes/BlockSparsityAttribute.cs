namespace CompressDsl;

/// <summary>
/// Block sparsity: a fraction of the <paramref name="rows"/> x <paramref name="columns"/> blocks of a weight becomes zero, each block as a whole.
/// </summary>
/// <remarks>
/// Where it may stand, and what it then speaks of, is as for <see cref="SparsityAttribute"/>. The weight must divide into whole blocks (CDSL2003).
/// The score of a block is the sum of the scores of its weights, and the blocks of one layer are compared with each other.
/// Paper: Gray et al., GPU Kernels for Block-Sparse Weights, 2017.
/// </remarks>
/// <param name="sparsity">The fraction of the blocks that is REMOVED, in (0, 1).</param>
/// <param name="rows">The height of a block along the output dimension, at least 1.</param>
/// <param name="columns">The width of a block along the input dimension, at least 1; not both 1.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class BlockSparsityAttribute(double sparsity, int rows, int columns) : Attribute
{
    /// <summary>The fraction of the blocks that is removed, in (0, 1).</summary>
    public double Sparsity { get; } = sparsity;

    /// <summary>The height of a block along the output dimension.</summary>
    public int Rows { get; } = rows;

    /// <summary>The width of a block along the input dimension.</summary>
    public int Columns { get; } = columns;

    /// <summary>How the weights that go are chosen. Default: magnitude.</summary>
    public Criterion Criterion { get; set; }

    /// <summary>The kernel that multiplies with the sparse weight. Default: none is chosen.</summary>
    public SparseKernel Kernel { get; set; }

    /// <summary>What the sparsity is for. Default: speed.</summary>
    public Purpose Purpose { get; set; }
}
