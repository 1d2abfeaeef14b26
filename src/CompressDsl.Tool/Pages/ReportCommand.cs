using System.CommandLine;
using CompressDsl.Tool.CommandLine;

namespace CompressDsl.Tool.Pages;

/// <summary><c>report</c>: one page with plots and tables of what reports say.</summary>
internal static class ReportCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("run.json") { Description = "Files with what ToJson() of reports wrote: one, an array, or an object of them.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out", "-o") { Description = "The page to write, .html; an old one is replaced.", Required = true };
        return ToolCommand.Create(
            "report",
            $"Makes one HTML page, which needs no network, of reports: {string.Join(", ", ReportKinds.All.Select(static kind => kind.Name))}.",
            ExitCode.Help,
            [files, output],
            (parsed, cancellation) => Make(parsed.GetRequiredValue(files), parsed.GetRequiredValue(output), cancellation));
    }

    private static PageReport Make(string[] files, string output, CancellationToken cancellation)
    {
        Check(output);
        var reports = files.SelectMany(static file => ReportKinds.Read(file)).ToArray();
        var sections = new List<PageSection>();
        foreach (var kind in ReportKinds.All)
        {
            cancellation.ThrowIfCancellationRequested();
            sections.AddRange(kind.Sections([.. reports.Where(report => report.Kind == kind).Select(static report => report.Json)]));
        }

        PageFile.Write(output, HtmlPage.Of(files, sections));
        return new(
            output,
            new FileInfo(output).Length,
            [.. sections.Select(static section => new PageReportSection(section.Title, section.Source, section.Table.Rows.Count, section.Plot is not null))],
            PlotFonts.AreThere);
    }

    private static void Check(string output)
    {
        // A slip of the hand would replace a model or a report.
        if (!output.EndsWith(".html", StringComparison.OrdinalIgnoreCase) && !output.EndsWith(".htm", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"--out is '{output}'; a name that ends with .html is right.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"--out is '{output}', but there is no folder '{folder}'. Make it first, or name another file.");
        }
    }
}
