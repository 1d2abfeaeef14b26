namespace CompressDsl.Tool.Pages.Reports;

/// <summary>What got smaller.</summary>
internal sealed class ShrinkPages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(ShrinkReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["structures", "parametersBefore", "parametersAfter"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports.Select(static report =>
    {
        var structures = report.Objects("structures");
        var table = new PageTable("structure", "before", "after", "obstacle");
        foreach (var structure in structures)
        {
            table.Add(structure.Text("path"), structure.Number("before").Count, structure.Number("after").Count, structure.TextOrNull("obstacle"));
        }

        table.Add("all parameters", report.Number("parametersBefore").Count, report.Number("parametersAfter").Count, default);
        return new PageSection($"{report.Text("model")}: shrunk", report.File, table, structures.Count == 0 ? null : new BarPlot(
            $"What got smaller in {report.Text("model")}",
            "units",
            [.. structures.Select(static structure => structure.Text("path"))],
            ("before", [.. structures.Select(static structure => structure.Number("before").Value)]),
            ("after", [.. structures.Select(static structure => structure.Number("after").Value)])));
    });
}
