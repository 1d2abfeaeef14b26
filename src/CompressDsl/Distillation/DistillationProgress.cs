namespace CompressDsl;

/// <summary>One point of a training curve: means over all rows since the point before.</summary>
/// <param name="Step">The step after which it was read, from 1.</param>
/// <param name="Hard">CE(y, p_S), in nats a row.</param>
/// <param name="Soft">The soft term, T^2 in it; null where there is no teacher.</param>
/// <param name="Total">What is minimised.</param>
public sealed record DistillationPoint(int Step, double Hard, double? Soft, double Total);

/// <summary>How far a training is.</summary>
/// <param name="Point">The newest point of the curve.</param>
/// <param name="Steps">How many steps there will be.</param>
/// <param name="LearningRate">The learning rate of the step, that of the optimizer's first group.</param>
/// <param name="RowsPerSecond">Rows (samples, or tokens) a second since the point before, over all workers.</param>
/// <param name="Elapsed">The time since the start.</param>
/// <param name="Remaining">The time that is left if it goes on like this.</param>
public sealed record DistillationProgress(
    DistillationPoint Point, int Steps, double LearningRate, double RowsPerSecond, TimeSpan Elapsed, TimeSpan Remaining)
{
    /// <summary>How many steps are done.</summary>
    public int Step => Point.Step;
}

/// <summary>What a training did.</summary>
/// <param name="Steps">How many steps were made.</param>
/// <param name="Rows">How many rows (samples, or tokens) were learned from, over all workers; a row counts every time it came.</param>
/// <param name="Elapsed">The time that it took.</param>
/// <param name="Curve">The losses on the way, in order; the last one is of the last step.</param>
public sealed record DistillationRun(int Steps, long Rows, TimeSpan Elapsed, IReadOnlyList<DistillationPoint> Curve);
