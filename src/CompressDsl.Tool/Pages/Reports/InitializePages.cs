namespace CompressDsl.Tool.Pages.Reports;

/// <summary>What students took over from their teachers.</summary>
internal sealed class InitializePages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(InitializeReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["student", "teacher", "tensors", "kept"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports.Select(static report => new PageSection(
        $"{report.Text("student")}: first weights from {report.Text("teacher")}",
        report.File,
        new PageTable("tensors copied", "values copied").Add(report.Number("tensors").Count, report.Number("values").Count)));
}
