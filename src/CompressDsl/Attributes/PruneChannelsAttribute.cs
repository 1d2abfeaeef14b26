namespace CompressDsl;

/// <summary>Output channels of a layer really go, and every layer that is coupled with them follows: <c>[PruneChannels(0.25)]</c>.</summary>
/// <remarks>
/// <para>It stands on a field or property that holds the layer whose outputs go (Linear, SparseLinear, Conv1d/2d/3d, ConvTranspose1d/2d/3d), or on a
/// class, where it speaks of every such layer. What is coupled is found in forward.</para>
/// <para>The channels are masked first; a shrink makes the tensors smaller. Either the fraction or <see cref="Keep"/> is given (CDSL1004).
/// Paper: Fang et al., DepGraph: Towards Any Structural Pruning, arXiv 2301.12900.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class PruneChannelsAttribute : Attribute
{
    /// <summary>How many channels stay is said by <see cref="Keep"/>.</summary>
    public PruneChannelsAttribute()
    {
    }

    /// <summary>How many channels go is said as a fraction.</summary>
    /// <param name="ratio">The fraction of the channels that is REMOVED, in (0, 1).</param>
    public PruneChannelsAttribute(double ratio) => Ratio = ratio;

    /// <summary>The fraction of the channels that is removed, in (0, 1); 0 where <see cref="Keep"/> says how many stay.</summary>
    public double Ratio { get; }

    /// <summary>How many channels stay, at least 1; 0 where the fraction says how many go.</summary>
    public int Keep { get; set; }

    /// <summary>How the channels that go are chosen. Default: magnitude.</summary>
    public Criterion Criterion { get; set; }

    /// <summary>
    /// Which channels are compared with each other. <see cref="Scope.PerLayer"/>, the default: those of one group of coupled layers.
    /// <see cref="Scope.Global"/>: those of all instances of this class in the module that is pruned, with the fraction as the average.
    /// </summary>
    public Scope Scope { get; set; } = Scope.PerLayer;

    /// <summary>How many channels stay is a multiple of this number, which is at least 1. Default: 1, any number.</summary>
    public int RoundTo { get; set; } = 1;
}
