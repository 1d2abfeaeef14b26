namespace CompressDsl;

/// <summary>Ends a training when a metric of its evaluations gets no better.</summary>
/// <param name="Metric">One of the metrics of <see cref="DistillationOptions.Evaluation"/>.</param>
/// <param name="Patience">After how many evaluations in a row that were no better, at least 1; <see cref="int.MaxValue"/> never stops, and keeps the best.</param>
public sealed record EarlyStop(string Metric, int Patience)
{
    /// <summary>By how much more than this the best must be beaten, at least 0. Default 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether a higher number is better, as of an accuracy. Default: a lower one, as of a loss.</summary>
    public bool HigherIsBetter { get; init; }

    /// <summary>Whether the student gets the weights of the best evaluation at the end. Default: yes.</summary>
    public bool RestoreBest { get; init; } = true;
}
