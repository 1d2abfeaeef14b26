namespace CompressDsl.Tool.Pages.Reports;

/// <summary>What a machine was measured to do.</summary>
internal sealed class KernelPages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(KernelReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["machine", "timings"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports
        .Where(static report => report.Objects("timings").Count > 0)
        .Select(static report => KernelTimings.Section(
            $"Kernels of {report.Text("machine")}",
            report.File,
            "layer",
            [.. report.Objects("timings").Select(static timing => (NameOf(timing), timing))]));

    private static string NameOf(ReportJson timing) =>
        $"{timing.Text("kernel")} {timing.Text("type")} {timing.Number("columns").Raw} -> {timing.Number("rows").Raw}, {timing.Number("sparsity").Percent.Text}";
}
