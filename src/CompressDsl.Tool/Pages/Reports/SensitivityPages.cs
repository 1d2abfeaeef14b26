namespace CompressDsl.Tool.Pages.Reports;

/// <summary>What the loss does when one layer is pruned, and what its time does.</summary>
internal sealed class SensitivityPages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(SensitivityReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["denseLoss", "layers"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports.SelectMany(Sections);

    private static IEnumerable<PageSection> Sections(ReportJson report)
    {
        var model = report.Text("model");
        var dense = report.Number("denseLoss");
        var layers = report.Objects("layers");
        ReportNumber[] levels = [.. layers.SelectMany(static layer => layer.Objects("trials")).Select(static trial => trial.Number("sparsity")).DistinctBy(static level => level.Value).OrderBy(static level => level.Value)];
        yield return new(
            $"{model}: sensitivity",
            report.File,
            Table(layers, levels, "loss", static loss => loss.Figure, layer => [layer.Number("parameters").Count, dense.Figure], "numbers", "loss dense"),
            new LinePlot($"The loss of {model} when one layer is pruned, by sparsity", "fraction pruned", "loss", Curves(layers, "loss")) { Level = (dense.Value, "dense") });
        if (layers.SelectMany(static layer => layer.Objects("trials")).Any(static trial => trial.Has("milliseconds")))
        {
            yield return new(
                $"{model}: latency of single layers",
                report.File,
                Table(layers, levels, "milliseconds", static time => time.Milliseconds, static layer => [layer.NumberOrNull("denseMilliseconds")?.Milliseconds ?? default(PageCell)], "dense"),
                new LinePlot($"The time of single layers of {model}, by sparsity; at 0 the dense layer", "fraction pruned", "milliseconds", Curves(layers, "milliseconds", "denseMilliseconds")));
        }
    }

    /// <summary>One row a layer, one column a sparsity.</summary>
    private static PageTable Table(
        IEnumerable<ReportJson> layers, ReportNumber[] levels, string figure, Func<ReportNumber, PageCell> show, Func<ReportJson, IReadOnlyList<PageCell>> first, params string[] headers)
    {
        var table = new PageTable(["weight", .. headers, .. levels.Select(static level => level.Percent.Text)]);
        foreach (var layer in layers)
        {
            var trials = layer.Objects("trials");
            table.Add(
            [
                layer.Text("path"),
                .. first(layer),
                .. levels.Select(level => trials.FirstOrDefault(trial => trial.Number("sparsity").Value == level.Value)?.NumberOrNull(figure) is { } value ? show(value) : default),
            ]);
        }

        return table;
    }

    private static (string Name, IReadOnlyList<(double X, double Y)> Points)[] Curves(IEnumerable<ReportJson> layers, string figure, string? dense = null) =>
    [
        .. layers.Select(layer =>
        {
            (double X, double Y)[] start = dense is not null && layer.NumberOrNull(dense) is { } time ? [(0, time.Value)] : [];
            var trials = layer.Objects("trials").Where(trial => trial.Has(figure)).Select(trial => (trial.Number("sparsity").Value, trial.Number(figure).Value));
            return (layer.Text("path"), (IReadOnlyList<(double X, double Y)>)[.. start, .. trials]);
        }),
    ];
}
