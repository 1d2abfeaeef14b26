namespace CompressDsl;

/// <summary>How the scores of channels and heads are computed where a criterion leaves a choice, and how several layers make one score.</summary>
/// <remarks>
/// Every slice of a group gives a score to every unit, the sum over what belongs to the unit; then the slices are reduced to one score, and the scores of
/// a group normalised. The defaults are those of Torch-Pruning. Paper: Fang et al., DepGraph: Towards Any Structural Pruning, arXiv 2301.12900.
/// </remarks>
public sealed record GroupScoring
{
    /// <summary><see cref="Criterion.Magnitude"/>: the exponent p in the sum of |weight|^p, above 0.</summary>
    public double Norm { get; init; } = 2;

    /// <summary>How the scores that several slices give to a unit become one.</summary>
    public GroupReduction Reduction { get; init; }

    /// <summary>What the scores of a group are divided by, so that groups can be compared with each other.</summary>
    public GroupNormalizer Normalizer { get; init; }

    /// <summary>Whether biases count as slices. Those of normalisations too.</summary>
    public bool WithBiases { get; init; }

    /// <summary>Which normalisation weights count as slices.</summary>
    public NormScales NormScales { get; init; }

    /// <summary>
    /// <see cref="Criterion.Taylor"/>: |sum of weight * gradient| of every index of a slice, in place of the sum of |weight * gradient|.
    /// </summary>
    public bool SumFirst { get; init; }

    /// <summary>
    /// <see cref="Criterion.Magnitude"/>: a channel's score is the sum of its Euclidean distances to the others of the slice, both as |weight|^p, and
    /// normalisations and biases do not count: what is near to the others can be replaced by them.
    /// Paper: He et al., Filter Pruning via Geometric Median for Deep Convolutional Neural Networks Acceleration, arXiv 1811.00250.
    /// </summary>
    public bool GeometricMedian { get; init; }

    /// <summary><see cref="Criterion.Activation"/>: over what |activation| is averaged.</summary>
    public ActivationMean ActivationMean { get; init; }

    /// <summary><see cref="Criterion.Contribution"/>: whether units are taken away while it looks.</summary>
    public ContributionKind Contribution { get; init; }

    /// <summary>Decides what <see cref="Criterion.Random"/> chooses.</summary>
    public int Seed { get; init; }
}

/// <summary>How the scores that several slices give to a unit become one.</summary>
public enum GroupReduction
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>Their product.</summary>
    Product,

    /// <summary>That of the first slice that counts.</summary>
    First,
}

/// <summary>What the scores of the units of a group are divided by. All zeros stay zeros.</summary>
public enum GroupNormalizer
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The largest of them.</summary>
    Max,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>
    /// The sum of itself and all that are not smaller.
    /// Paper: Lee et al., Layer-adaptive Sparsity for the Magnitude-based Pruning, arXiv 2010.07611.
    /// </summary>
    Lamp,
}

/// <summary>Which weights of normalisations count in a score.</summary>
public enum NormScales
{
    /// <summary>All, like other slices.</summary>
    Counted,

    /// <summary>All but those of BatchNorm layers: what Torch-Pruning's Taylor importance does.</summary>
    WithoutBatchNorm,

    /// <summary>
    /// Those of BatchNorm layers, and nothing else. With a <see cref="GroupScoring.Norm"/> of 1 that is network slimming.
    /// Paper: Liu et al., Learning Efficient Convolutional Networks through Network Slimming, arXiv 1708.06519.
    /// </summary>
    BatchNormOnly,
}

/// <summary>Over what |activation| is averaged.</summary>
public enum ActivationMean
{
    /// <summary>
    /// The positions of a sequence; the root of the sum of squares over all sequences follows. What Minitron does. A tensor with two dimensions is one sequence.
    /// </summary>
    PerSequence,

    /// <summary>Sequences and positions of a batch; the sum over the batches follows.</summary>
    PerBatch,
}

/// <summary>Whether units are taken away while their contributions are looked at.</summary>
public enum ContributionKind
{
    /// <summary>No: every unit counts by itself.</summary>
    Independent,

    /// <summary>
    /// After every batch some: those without which the output changes least, together with what is away already. What two units do together, or against each other,
    /// counts then. Scores are places in the order in which units go. Give as many batches as the choice shall have rounds.
    /// </summary>
    Iterative,

    /// <summary>The same, where a change of an output's length alone is no change.</summary>
    IterativeScaled,
}
