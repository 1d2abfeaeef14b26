namespace CompressDsl;

/// <summary>Whole blocks of a list go: <c>[PruneLayers(Keep = 6)]</c> leaves six of them, <c>[PruneLayers(0.5)]</c> half.</summary>
/// <remarks>
/// It stands on a field or property that holds a <c>ModuleList</c> or <c>Sequential</c>. A masked block is skipped; a shrink takes it out.
/// Either the fraction or <see cref="Keep"/> is given (CDSL1004).
/// Paper: Men et al., ShortGPT: Layers in Large Language Models are More Redundant Than You Expect, arXiv 2403.03853.
/// </remarks>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class PruneLayersAttribute : Attribute
{
    /// <summary>How many blocks stay is said by <see cref="Keep"/>.</summary>
    public PruneLayersAttribute()
    {
    }

    /// <summary>How many blocks go is said as a fraction.</summary>
    /// <param name="ratio">The fraction of the blocks that is REMOVED, in (0, 1).</param>
    public PruneLayersAttribute(double ratio) => Ratio = ratio;

    /// <summary>The fraction of the blocks that is removed, in (0, 1); 0 where <see cref="Keep"/> says how many stay.</summary>
    public double Ratio { get; }

    /// <summary>How many blocks stay, at least 1; 0 where the fraction says how many go.</summary>
    public int Keep { get; set; }

    /// <summary>How the blocks that go are chosen. Default: by their influence.</summary>
    public Criterion Criterion { get; set; } = Criterion.BlockInfluence;

    /// <summary>
    /// Which blocks are compared with each other. <see cref="Scope.PerLayer"/>, the default: those of one list.
    /// <see cref="Scope.Global"/>: those of all instances of this class in the module that is pruned, with the fraction as the average.
    /// </summary>
    public Scope Scope { get; set; } = Scope.PerLayer;

    /// <summary>How many blocks stay is a multiple of this number, which is at least 1. Default: 1, any number.</summary>
    public int RoundTo { get; set; } = 1;
}
