namespace CompressDsl;

/// <summary>One term of a point of a training curve.</summary>
/// <param name="Name"><c>Hard</c>, <c>Soft</c>, or the name of a feature.</param>
/// <param name="Value">The term by itself: the mean since the point before.</param>
/// <param name="Weight">What it is multiplied by in the total.</param>
public sealed record TermValue(string Name, double Value, double Weight)
{
    /// <summary>What the term adds to the total.</summary>
    public double Weighted => Weight * Value;
}

/// <summary>One point of a training curve: means over all rows since the point before.</summary>
/// <param name="Step">The step after which it was read, from 1.</param>
/// <param name="Terms">Every term by name: Hard, Soft where there is a teacher, then the features.</param>
public sealed record DistillationPoint(int Step, IReadOnlyList<TermValue> Terms)
{
    /// <summary>CE(y, p_S), in nats a row.</summary>
    public double Hard => Terms[0].Value;

    /// <summary>The soft term, T^2 in it; null where there is no teacher.</summary>
    public double? Soft => Terms.Count > 1 && Terms[1].Name == nameof(Soft) ? Terms[1].Value : null;

    /// <summary>What is minimised: the sum of the weighted terms.</summary>
    public double Total => Terms.Sum(static term => term.Weighted);

    /// <inheritdoc/>
    public bool Equals(DistillationPoint? other) => other is not null && Step == other.Step && Terms.SequenceEqual(other.Terms);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Step, Terms.Count);
}

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
/// <param name="Steps">How many steps were made, those before a stop included.</param>
/// <param name="Rows">How many rows (samples, or tokens) were learned from, over all workers; a row counts every time it came.</param>
/// <param name="Elapsed">The time that it took, without that between a stop and going on.</param>
/// <param name="Curve">The losses on the way, in order; the last one is of the last step.</param>
public sealed record DistillationRun(int Steps, long Rows, TimeSpan Elapsed, IReadOnlyList<DistillationPoint> Curve)
{
    /// <summary>The evaluations, in order.</summary>
    public IReadOnlyList<EvaluationPoint> Evaluations { get; init; } = [];

    /// <summary>The step of the best evaluation; null where <see cref="DistillationOptions.EarlyStop"/> is.</summary>
    public int? BestStep { get; init; }

    /// <summary>Whether it ended before all steps were made, because it got no better.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>After which steps it was stopped and gone on with.</summary>
    public IReadOnlyList<int> ResumedFrom { get; init; } = [];

    /// <summary>In which types it was trained.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>What there is to know beside that: states of a killed training that were half written and passed over.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
