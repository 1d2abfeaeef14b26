namespace CompressDsl;

/// <summary>What a training did, and how the losses went.</summary>
/// <param name="Student">The student's name.</param>
/// <param name="Teacher">The teacher's name; null where the student learned from the labels alone.</param>
/// <param name="Steps">How many steps were made.</param>
/// <param name="Rows">How many rows (samples, or tokens) were learned from; a row counts every time it came.</param>
/// <param name="Seconds">The time that it took.</param>
/// <param name="Curve">The losses on the way, in nats a row, each the mean since the one before; the last is of the last step.</param>
public sealed record DistillReport(
    string Student, string? Teacher, int Steps, long Rows, double Seconds, IReadOnlyList<DistillationPoint> Curve) : Report
{
    private const int ShownPoints = 10;

    /// <summary>The evaluations, in order.</summary>
    public IReadOnlyList<EvaluationPoint> Evaluations { get; init; } = [];

    /// <summary>The step of the best evaluation; null where none was asked for. With <see cref="EarlyStop.RestoreBest"/> the weights are those of this step.</summary>
    public int? BestStep { get; init; }

    /// <summary>Whether the training ended before all steps were made, because it got no better.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>After which steps it was stopped and gone on with.</summary>
    public IReadOnlyList<int> ResumedFrom { get; init; } = [];

    /// <summary>In which types it was trained.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>What there is to know beside that: states of a killed training that were half written and passed over.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How many rows a second.</summary>
    public double RowsPerSecond => Rows / Seconds;

    /// <summary>Where the curve begins.</summary>
    public DistillationPoint First => Curve[0];

    /// <summary>Where it ends.</summary>
    public DistillationPoint Last => Curve[^1];

    /// <inheritdoc/>
    protected override string ToText()
    {
        var facts = new TextTable().Add("student", new Display.Figure(Student));
        if (Teacher is not null)
        {
            facts.Add("teacher", new Display.Figure(Teacher));
        }

        facts
            .Add("steps", Display.Count(Steps))
            .Add("rows", Display.Count(Rows))
            .Add("time", Display.Milliseconds(Seconds * 1000))
            .Add("rows per second", Display.Value(RowsPerSecond));
        AddRest(facts);

        // One term is its own total.
        string[] terms = [.. First.Terms.Select(static term => term.Name is nameof(DistillationTerms.Hard) or nameof(DistillationTerms.Soft)
            ? term.Name.ToLowerInvariant()
            : term.Name)];
        var curve = new TextTable(["step", .. terms, .. terms.Length == 1 ? Array.Empty<string>() : ["total"]]);
        foreach (var point in Spread(Curve))
        {
            var values = point.Terms.Select(static term => Display.Value(term.Value));
            curve.Add([Display.Count(point.Step), .. terms.Length == 1 ? values : values.Append(Display.Value(point.Total))]);
        }

        return string.Join("\n\n", (string[])[$"{facts}", $"{curve}", .. EvaluationText(), .. Notes]);
    }

    /// <summary>Only what is not as usual.</summary>
    private void AddRest(TextTable facts)
    {
        if (Precision != TrainingPrecision.Float32)
        {
            facts.Add("precision", new Display.Figure("bfloat16, float32 masters"));
        }

        if (BestStep is { } best)
        {
            facts.Add("best step", Display.Count(best));
        }

        if (StoppedEarly)
        {
            facts.Add("stopped early", new Display.Figure("yes"));
        }

        if (ResumedFrom.Count > 0)
        {
            facts.Add("resumed from", new Display.Figure(string.Join(", ", ResumedFrom.Select(Invariant))));
        }

        static string Invariant(int step) => Display.Count(step).Text;
    }

    private IEnumerable<string> EvaluationText()
    {
        if (Evaluations.Count == 0)
        {
            yield break;
        }

        string[] names = [.. Evaluations[0].Metrics.Keys];
        var table = new TextTable(["step", .. names]);
        foreach (var point in Spread(Evaluations))
        {
            table.Add([Display.Count(point.Step), .. names.Select(name => (object?)(point.Metrics.TryGetValue(name, out var value) ? Display.Value(value) : null))]);
        }

        yield return $"{table}";
    }

    /// <summary>All points, or some at equal distances, the first and the last among them.</summary>
    private static IEnumerable<T> Spread<T>(IReadOnlyList<T> points) => points.Count <= ShownPoints
        ? points
        : Enumerable.Range(0, ShownPoints).Select(i => points[i * (points.Count - 1) / (ShownPoints - 1)]);
}
