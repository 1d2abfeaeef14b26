namespace CompressDsl.Tool.Pages.Reports;

/// <summary>How large, fast and good models are, all that were measured side by side: a dense one and a sparse one, say.</summary>
internal sealed class MeasurePages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(MeasureReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["bytes", "parameters", "nonZeros"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports)
    {
        if (reports.Count == 0)
        {
            yield break;
        }

        var source = LatencyPages.Sources(reports);
        var table = new PageTable("model", "file", "size", "size of the file", "parameters", "non-zeros", "sparsity");
        foreach (var report in reports)
        {
            table.Add(
                report.Text("model"),
                Path.GetFileName(report.File),
                report.Number("bytes").Bytes,
                report.NumberOrNull("fileBytes")?.Bytes ?? default(PageCell),
                report.Number("parameters").Count,
                report.Number("nonZeros").Count,
                report.Number("sparsity").Percent);
        }

        yield return new("Size of the models", source, table, new BarPlot(
            "The size of the models that were measured", "bytes", [.. reports.Select(NameOf)], ("bytes", [.. reports.Select(static report => report.Number("bytes").Value)])));
        if (reports.Where(static report => report.Has("latency")).Select(static report => (NameOf(report), report.Object("latency"))).ToArray() is { Length: > 0 } timed)
        {
            yield return LatencyPages.Section("Latency of the models", source, timed);
        }

        foreach (var quality in reports.Where(static report => report.Has("quality")).GroupBy(static report => report.Object("quality").Text("name")))
        {
            var values = new PageTable("model", "file", quality.Key);
            foreach (var report in quality)
            {
                values.Add(report.Text("model"), Path.GetFileName(report.File), report.Object("quality").Number("value").Figure);
            }

            yield return new($"Quality of the models: {quality.Key}", LatencyPages.Sources(quality), values, new BarPlot(
                $"{quality.Key} of the models", quality.Key, [.. quality.Select(NameOf)], (quality.Key, [.. quality.Select(static report => report.Object("quality").Number("value").Value)])));
        }
    }

    private static string NameOf(ReportJson report) => $"{report.Text("model")} ({Path.GetFileName(report.File)})";
}
