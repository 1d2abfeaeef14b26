namespace CompressDsl.Tool.Pages.Reports;

/// <summary>How long calls take.</summary>
internal sealed class LatencyPages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(LatencyReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["median", "p10", "p90"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) =>
        reports.Count == 0 ? [] : [Section("Latency", Sources(reports), [.. reports.Select(static report => (Path.GetFileName(report.File), report))])];

    /// <summary>A table and a plot of several, side by side.</summary>
    /// <param name="title">What they are.</param>
    /// <param name="source">The files.</param>
    /// <param name="latencies">Names, and a <see cref="LatencyReport"/> each.</param>
    internal static PageSection Section(string title, string source, IReadOnlyList<(string Name, ReportJson Latency)> latencies)
    {
        var table = new PageTable("", "median", "10th percentile", "90th percentile", "runs", "threads", "items per second");
        foreach (var (name, latency) in latencies)
        {
            table.Add(
                name,
                latency.Number("median").Milliseconds,
                latency.Number("p10").Milliseconds,
                latency.Number("p90").Milliseconds,
                latency.Number("runs").Count,
                latency.Number("threads").Count,
                latency.NumberOrNull("itemsPerSecond")?.Figure ?? default(PageCell));
        }

        return new(title, source, table, new BarPlot(
            $"{title}: medians, and lines from the 10th to the 90th percentile",
            "milliseconds",
            [.. latencies.Select(static pair => pair.Name)],
            ("median", [.. latencies.Select(static pair => pair.Latency.Number("median").Value)]))
        {
            Ranges = [.. latencies.Select(static pair => (pair.Latency.Number("p10").Value, pair.Latency.Number("p90").Value))],
        });
    }

    /// <summary>The files that reports are from.</summary>
    internal static string Sources(IEnumerable<ReportJson> reports) => string.Join(", ", reports.Select(static report => report.File).Distinct());
}
