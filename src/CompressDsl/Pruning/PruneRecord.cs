namespace CompressDsl;

/// <summary>What happened to one weight, as plain values: what the report and the journal are made from.</summary>
/// <param name="Path">Its name in the state dictionary.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="AlreadyPruned">How many were pruned before.</param>
internal sealed record PruneRecord(string Path, IReadOnlyList<long> Shape, long AlreadyPruned)
{
    /// <summary>The share that its rule, or the allocation, gave it.</summary>
    public double Sparsity { get; init; }

    /// <summary>Whether the allocation leaves it alone.</summary>
    public bool IsLeft { get; init; }

    /// <summary>How many are pruned now.</summary>
    public long Pruned { get; init; }

    /// <summary>See <see cref="PrunedWeight.Threshold"/>.</summary>
    public double? Threshold { get; init; }

    /// <summary>See <see cref="PrunedWeight.Error"/>.</summary>
    public double? Error { get; init; }

    /// <summary>See <see cref="PrunedWeight.Damping"/>.</summary>
    public double? Damping { get; init; }

    /// <summary>See <see cref="PrunedWeight.DampingRaises"/>.</summary>
    public int DampingRaises { get; init; }

    /// <summary>See <see cref="PrunedWeight.DeadColumns"/>.</summary>
    public long? DeadColumns { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }
}
