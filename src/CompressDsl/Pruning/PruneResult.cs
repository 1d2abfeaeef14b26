namespace CompressDsl;

/// <summary>What a call of <see cref="Pruner.Run"/> did.</summary>
/// <param name="Weights">Every weight that a rule speaks of, in the order of registration; those that are kept dense too.</param>
/// <param name="Seconds">How long all of it took.</param>
public sealed record PruneResult(IReadOnlyList<PrunedWeight> Weights, double Seconds)
{
    /// <summary>Every group of heads or channels and every list of blocks that a rule speaks of, and what stays whole and why.</summary>
    public IReadOnlyList<PrunedStructure> Structures { get; init; } = [];

    /// <summary>How many numbers the weights have that were to be pruned; what is kept dense does not count.</summary>
    public long Total => Weights.Where(static weight => !weight.Rule.IsDense).Sum(static weight => weight.Total);

    /// <summary>How many of them are pruned now.</summary>
    public long Pruned => Weights.Sum(static weight => weight.Pruned);

    /// <summary>How many of them were pruned before.</summary>
    public long AlreadyPruned => Weights.Sum(static weight => weight.AlreadyPruned);

    /// <summary>The fraction of <see cref="Total"/> that is pruned now, in [0, 1].</summary>
    public double Sparsity => Total == 0 ? 0 : (double)Pruned / Total;
}

/// <summary>What happened to one weight.</summary>
/// <param name="Path">Its name in the state dictionary.</param>
/// <param name="Rule">The rule that was followed.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Pruned">How many numbers are pruned now.</param>
/// <param name="AlreadyPruned">How many were pruned before; they stay so, and count towards what the rule asks for.</param>
/// <param name="Threshold">
/// The largest score that was removed, where one threshold holds for all of the weight (<see cref="Scope.PerLayer"/>, <see cref="Scope.Global"/>);
/// else null.
/// </param>
/// <param name="Seconds">How long its mask took; of those that are compared globally, the first one's figure is for all.</param>
public sealed record PrunedWeight(
    string Path, SparsityRule Rule, IReadOnlyList<long> Shape, long Pruned, long AlreadyPruned, double? Threshold, double Seconds)
{
    /// <summary>
    /// The reconstruction error of its layer on the calibration data, ||X (W - W')||² / ||X W||²; null where no Hessian was at hand, see
    /// <see cref="PruneOptions.MeasureErrors"/>.
    /// </summary>
    public double? Error { get; init; }

    /// <summary>What was added to the diagonal of the Hessian, as a fraction of its mean; null where the criterion has none.</summary>
    public double? Damping { get; init; }

    /// <summary>How often the damping had to be raised tenfold, because the Hessian had no Cholesky factor.</summary>
    public int DampingRaises { get; init; }

    /// <summary>How many inputs were zero in all of the calibration data; null where nobody looked.</summary>
    public long? DeadColumns { get; init; }

    /// <summary>Whether the allocation gave it nothing to lose.</summary>
    public bool IsLeft { get; init; }

    /// <summary>How many numbers it has.</summary>
    public long Total => Shape.Aggregate(1L, static (product, size) => product * size);

    /// <summary>The fraction that is pruned now, in [0, 1].</summary>
    public double Sparsity => Total == 0 ? 0 : (double)Pruned / Total;
}
