namespace CompressDsl.Tool.Pages.Reports;

/// <summary>The losses of a training, and its evaluations.</summary>
internal sealed class DistillPages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(DistillReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["student", "steps", "curve"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports.SelectMany(Sections);

    private static IEnumerable<PageSection> Sections(ReportJson report)
    {
        var student = report.Text("student");
        var title = report.TextOrNull("teacher") is { } teacher ? $"{student}, from {teacher}" : $"{student}, from labels";
        yield return new(
            $"{title}: training",
            report.File,
            new PageTable("steps", "rows", "time", "rows per second", "best step", "precision").Add(
                report.Number("steps").Count,
                report.Number("rows").Count,
                report.Number("seconds").Seconds,
                report.Number("rowsPerSecond").Figure,
                report.NumberOrNull("bestStep")?.Count ?? default(PageCell),
                report.Text("precision")));
        if (report.Objects("curve") is { Count: > 0 } curve)
        {
            yield return Losses(title, report, curve);
        }

        var evaluations = report.Has("evaluations") ? report.Objects("evaluations") : [];
        foreach (var metric in evaluations.SelectMany(static point => point.Numbers("metrics")).Select(static metric => metric.Name).Distinct().ToArray())
        {
            yield return Evaluation(title, report, metric, evaluations);
        }
    }

    private static PageSection Losses(string title, ReportJson report, IReadOnlyList<ReportJson> curve)
    {
        string[] terms = [.. curve.SelectMany(static point => point.Objects("terms")).Select(static term => term.Text("name")).Distinct()];
        var table = new PageTable(["step", .. terms, "total"]);
        foreach (var point in curve)
        {
            table.Add([point.Number("step").Count, .. terms.Select(term => Find(point, term)?.Figure ?? default(PageCell)), point.Number("total").Figure]);
        }

        var lines = terms.Select(term => (term, (IReadOnlyList<(double X, double Y)>)
            [.. curve.Where(point => Find(point, term) is not null).Select(point => (point.Number("step").Value, Find(point, term)!.Value.Value))]));
        (string, IReadOnlyList<(double X, double Y)>) total = ("total", [.. curve.Select(static point => (point.Number("step").Value, point.Number("total").Value))]);

        // One term is its own total.
        return new($"{title}: loss", report.File, table, new LinePlot($"The losses of {title}, by step", "step", "loss, nats a row", terms.Length == 1 ? [total] : [.. lines, total]));
    }

    private static ReportNumber? Find(ReportJson point, string term) => point.Objects("terms").FirstOrDefault(found => found.Text("name") == term)?.Number("value");

    private static PageSection Evaluation(string title, ReportJson report, string metric, IEnumerable<ReportJson> evaluations)
    {
        var table = new PageTable("step", metric);
        var points = new List<(double X, double Y)>();
        foreach (var point in evaluations)
        {
            foreach (var (_, value) in point.Numbers("metrics").Where(found => found.Name == metric))
            {
                table.Add(point.Number("step").Count, value.Figure);
                points.Add((point.Number("step").Value, value.Value));
            }
        }

        return new($"{title}: {metric}", report.File, table, new LinePlot($"{metric} of {title}, by step", "step", metric, (metric, points)));
    }
}
