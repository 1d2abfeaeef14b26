namespace CompressDsl;

/// <summary>
/// The residual stream becomes narrower wherever it flows, through embeddings, normalisations, every block and the head: <c>[PruneHidden(0.25)]</c>.
/// </summary>
/// <remarks>
/// It stands on the class of the model. What the stream flows through is found in forward. Its channels are masked first; a shrink makes the tensors
/// smaller. Either the fraction or <see cref="Keep"/> is given (CDSL1004).
/// Paper: Muralidharan et al., Compact Language Models via Pruning and Knowledge Distillation (Minitron), arXiv 2407.14679.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PruneHiddenAttribute : Attribute
{
    /// <summary>How many hidden channels stay is said by <see cref="Keep"/>.</summary>
    public PruneHiddenAttribute()
    {
    }

    /// <summary>How many hidden channels go is said as a fraction.</summary>
    /// <param name="ratio">The fraction of the hidden channels that is REMOVED, in (0, 1).</param>
    public PruneHiddenAttribute(double ratio) => Ratio = ratio;

    /// <summary>The fraction of the hidden channels that is removed, in (0, 1); 0 where <see cref="Keep"/> says how many stay.</summary>
    public double Ratio { get; }

    /// <summary>How many hidden channels stay, at least 1; 0 where the fraction says how many go.</summary>
    public int Keep { get; set; }

    /// <summary>How the hidden channels that go are chosen. Default: magnitude.</summary>
    public Criterion Criterion { get; set; }

    /// <summary>
    /// Which hidden channels are compared with each other. <see cref="Scope.PerLayer"/>, the default: those of one residual stream.
    /// <see cref="Scope.Global"/>: those of all instances of this class in the module that is pruned, with the fraction as the average.
    /// </summary>
    public Scope Scope { get; set; } = Scope.PerLayer;

    /// <summary>How many hidden channels stay is a multiple of this number, which is at least 1. Default: 1, any number.</summary>
    public int RoundTo { get; set; } = 1;
}
