namespace CompressDsl;

/// <summary>What a scan tries on every layer.</summary>
public sealed record SensitivityOptions
{
    /// <summary>Batches with a loss: what is measured.</summary>
    public required Calibration Calibration { get; init; }

    /// <summary>The fractions that are tried on each layer, each in (0, 1). A layer whose rule is N:M is tried with that rule alone.</summary>
    public IReadOnlyList<double> Sparsities { get; init; } = [0.3, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>
    /// How a layer is pruned for the trial; null takes its attributes. Criteria that solve layers run once a trial: scan with
    /// <see cref="Criterion.Wanda"/> or <see cref="Criterion.Magnitude"/> where time is short. The allocation is the scan's own.
    /// </summary>
    public PruneOptions? Prune { get; init; }

    /// <summary>Whether each trial is timed too, on the input that the layer has in the first batch; <see cref="SensitivityReport.ForLatency"/> needs it.</summary>
    public bool MeasureLatency { get; init; }

    /// <summary>How a trial is timed.</summary>
    public LatencyOptions Latency { get; init; } = new();
}
