using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a call of <see cref="Pruner.Run"/> does otherwise than the attributes say, and what it works with.</summary>
public sealed record PruneOptions
{
    /// <summary>Which attributes are followed. Default: all.</summary>
    public PruneTargets Targets { get; init; } = PruneTargets.All;

    /// <summary>
    /// Takes the place of the rule of every weight that is not kept dense, so that one annotated model can be tried at several sparsities; null
    /// leaves the attributes alone. With <see cref="Scope.Global"/> all those weights are then compared with each other. The kernel stays the
    /// attribute's.
    /// </summary>
    public SparsityRule? Rule { get; init; }

    /// <summary>The data that criteria other than magnitude and random look at; null where none is needed.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>How much of each layer goes. Default: what its rule says.</summary>
    public Allocation Allocation { get; init; } = Allocation.Uniform;

    /// <summary>
    /// Structure: in place of the attributes' rules one for each kind, so that one annotated model can be tried at several sizes; what has an attribute of a kind that
    /// is not here is left alone. Null: what the attributes say.
    /// </summary>
    public IReadOnlyList<StructureRule>? Structure { get; init; }

    /// <summary>
    /// Structure: how much of what the rules ask for goes now, in (0, 1]. Prune, train, prune again: 0.2, 0.4 and so on up to 1. What is masked stays so.
    /// </summary>
    public double StructureShare { get; init; } = 1;

    /// <summary>Structure: how scores are computed where a criterion leaves a choice.</summary>
    public GroupScoring Scoring { get; init; } = new();

    /// <summary>Structure: how many heads or channels go where a fraction is asked for. Default: never more than that fraction.</summary>
    public GroupCutOff GroupCutOff { get; init; }

    /// <summary>How many weights go where a fraction is asked for. Default: exactly that fraction.</summary>
    public CutOff CutOff { get; init; }

    /// <summary>
    /// SparseGPT and ALPS: what is added to the diagonal of a Hessian, as a fraction of the mean of that diagonal, in (0, 1]. Raised tenfold, and
    /// reported, where the Cholesky factor does not exist.
    /// </summary>
    public double Damping { get; init; } = 0.01;

    /// <summary>SparseGPT: how many columns are compared with each other and updated lazily, at least 1.</summary>
    public int BlockSize { get; init; } = 128;

    /// <summary>
    /// Wanda without N:M: find, by bisection, the share of every row's summed score that reaches the sparsity, so that rows lose different numbers
    /// (<c>use_variant</c> of the published code).
    /// </summary>
    public bool WandaVariant { get; init; }

    /// <summary>Decides what <see cref="Criterion.Random"/> chooses.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether <see cref="PrunedWeight.Error"/> is measured for criteria that do not need a Hessian too. It costs them one: columns² numbers and a
    /// matrix product a layer.
    /// </summary>
    public bool MeasureErrors { get; init; }

    /// <summary>A folder for the activations between two blocks; null keeps them in memory. The files are deleted at the end.</summary>
    public string? SpillFolder { get; init; }

    /// <summary>Remembers what is done, so that a stopped run can go on; null remembers nothing. <c>PruneJournal</c> writes to a folder.</summary>
    public IPruneJournal? Journal { get; init; }

    /// <summary>
    /// Whether blocks that follow one another (a ModuleList or Sequential) are pruned one after the other, each on the activations that the pruned ones
    /// before it give, as published. False: one pass of the dense model, all of whose Hessians are in memory at once.
    /// </summary>
    public bool BlockByBlock { get; init; } = true;

    /// <summary>Whom every sum over calibration data goes through.</summary>
    public IWorkers Workers { get; init; } = SingleWorker.Instance;

    /// <summary>From the path and the rule of a weight, the rule to follow now, or null to leave the weight alone: how a gradual run begins small.</summary>
    internal Func<string, SparsityRule, SparsityRule?>? RuleOf { get; init; }

    /// <summary>Scores by path in the state dictionary, in place of the criterion's own: the lowest go.</summary>
    internal IReadOnlyDictionary<string, Tensor>? Scores { get; init; }

    /// <summary>What of this is for structure.</summary>
    internal StructureOptions ForStructure => new()
    {
        // A run for some weights alone leaves structure alone.
        Rules = RuleOf is null && Targets.HasFlag(PruneTargets.Structure) ? Structure : [],
        Share = StructureShare,
        Calibration = Calibration,
        Scoring = Scoring with { Seed = Seed },
        CutOff = GroupCutOff,
        Workers = Workers,
    };
}
