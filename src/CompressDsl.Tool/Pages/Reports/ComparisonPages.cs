namespace CompressDsl.Tool.Pages.Reports;

/// <summary>Two calls timed side by side, such as a dense and a sparse model's.</summary>
internal sealed class ComparisonPages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(LatencyComparison);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["baseline", "candidate", "speedup"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports.SelectMany(static report => (PageSection[])
    [
        LatencyPages.Section(
            "Latency, baseline against candidate", report.File, [("baseline", report.Object("baseline")), ("candidate", report.Object("candidate"))]),
        new(
            "Speedup of the candidate",
            report.File,
            new PageTable("speedup", "10th percentile", "90th percentile").Add(report.Number("speedup").Ratio, report.Number("speedupP10").Ratio, report.Number("speedupP90").Ratio)),
    ]);
}
