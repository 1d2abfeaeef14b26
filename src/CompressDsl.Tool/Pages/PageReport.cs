using CompressDsl.Tool.CommandLine;

namespace CompressDsl.Tool.Pages;

/// <summary>What a page shows.</summary>
/// <param name="Out">The page.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sections">What is on it, from top to bottom.</param>
/// <param name="HasFonts">Whether there are fonts to write labels of plots with.</param>
internal sealed record PageReport(string Out, long Bytes, IReadOnlyList<PageReportSection> Sections, bool HasFonts) : ToolReport
{
    /// <inheritdoc/>
    internal override IEnumerable<ReportPart> Parts()
    {
        var table = new TablePart("section", "of", "rows", "plot");
        foreach (var section in Sections)
        {
            table.Add(section.Title, section.Source, Display.Count(section.Rows), section.HasPlot ? "yes" : "");
        }

        yield return table;
        if (!HasFonts)
        {
            yield return new TextPart(PlotFonts.Missing);
        }

        yield return new TextPart($"{Out}: {Display.Bytes(Bytes)}");
    }
}

/// <summary>One section of a page.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Source">The file or files that it shows.</param>
/// <param name="Rows">How many rows its table has.</param>
/// <param name="HasPlot">Whether a plot stands beside the table.</param>
internal sealed record PageReportSection(string Title, string Source, int Rows, bool HasPlot);
