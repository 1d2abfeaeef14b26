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

        // One term is its own total.
        string[] terms = [.. First.Terms.Select(static term => term.Name is nameof(DistillationTerms.Hard) or nameof(DistillationTerms.Soft)
            ? term.Name.ToLowerInvariant()
            : term.Name)];
        var curve = new TextTable(["step", .. terms, .. terms.Length == 1 ? Array.Empty<string>() : ["total"]]);
        foreach (var point in Shown())
        {
            var values = point.Terms.Select(static term => Display.Value(term.Value));
            curve.Add([Display.Count(point.Step), .. terms.Length == 1 ? values : values.Append(Display.Value(point.Total))]);
        }

        return $"{facts}\n\n{curve}";
    }

    /// <summary>The whole curve, or points at equal distances, the first and the last among them.</summary>
    private IEnumerable<DistillationPoint> Shown() => Curve.Count <= ShownPoints
        ? Curve
        : Enumerable.Range(0, ShownPoints).Select(i => Curve[i * (Curve.Count - 1) / (ShownPoints - 1)]);
}
