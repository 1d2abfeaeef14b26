namespace CompressDsl.Tool.Pages.Reports;

/// <summary>The memory of every layer before and after, and its time dense and compact.</summary>
internal sealed class CompactPages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(CompactReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["layers", "bytesBefore", "bytesAfter"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports.SelectMany(Sections);

    private static IEnumerable<PageSection> Sections(ReportJson report)
    {
        var model = report.Text("model");
        var layers = report.Objects("layers");
        var table = new PageTable("layer", "storage", "sparsity", "before", "after", "why");
        foreach (var layer in layers)
        {
            var storage = layer.Text("storage");
            table.Add(
                layer.Text("path"), storage == "none" ? "dense" : storage, layer.Number("sparsity").Percent, layer.Number("bytesBefore").Bytes, layer.Number("bytesAfter").Bytes, layer.TextOrNull("why"));
        }

        table.Add("total", default, default, report.Number("bytesBefore").Bytes, report.Number("bytesAfter").Bytes, default);
        yield return new($"{model}: memory per layer", report.File, table, new BarPlot(
            $"The memory of the weights of {model} before and after",
            "bytes",
            [.. layers.Select(static layer => layer.Text("path"))],
            ("before", [.. layers.Select(static layer => layer.Number("bytesBefore").Value)]),
            ("after", [.. layers.Select(static layer => layer.Number("bytesAfter").Value)])));

        var timings = layers.SelectMany(static layer => layer.Objects("timings"), static (layer, timing) => (Name: layer.Text("path"), timing)).ToArray();
        if (timings.Length > 0)
        {
            yield return KernelTimings.Section($"{model}: latency, dense against sparse", report.File, "layer", timings);
        }
    }
}
