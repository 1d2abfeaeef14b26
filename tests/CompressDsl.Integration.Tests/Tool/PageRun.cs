using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary>A page of all reports, made once for all tests that look at it.</summary>
public sealed partial class PageRun : IDisposable
{
    private readonly ToolRun tool = new();

    public PageRun()
    {
        Said = tool.Text(["report", .. RunReports.Write(tool), "-o", tool["report.html"]]);
        Html = File.ReadAllText(tool["report.html"]);
        Document = new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument(Html);
    }

    /// <summary>What the program printed.</summary>
    public string Said { get; }

    /// <summary>The page.</summary>
    public string Html { get; }

    /// <summary>The page, as a strict parser reads it.</summary>
    public IDocument Document { get; }

    /// <summary>The page without what images hold.</summary>
    public string HtmlWithoutImages => Base64().Replace(Html, "");

    /// <summary>The drawings, decoded.</summary>
    public IEnumerable<string> Drawings => Document.QuerySelectorAll("img").Select(static image =>
        Encoding.UTF8.GetString(Convert.FromBase64String(image.GetAttribute("src")!["data:image/svg+xml;base64,".Length..])));

    /// <summary>The rows of the table under a title: the text of the first cell, and every figure as the page has it.</summary>
    public (string Name, string[] Values)[] Table(string title)
    {
        var section = Document.QuerySelectorAll("section").Single(section => section.QuerySelector("h2")!.TextContent == title);
        return [.. section.QuerySelectorAll("tbody tr").Select(static row =>
            (row.Children[0].TextContent, row.QuerySelectorAll("data").Select(static figure => figure.GetAttribute("value")!).ToArray()))];
    }

    /// <summary>A file that the tests read or write.</summary>
    public string this[string file] => tool[file];

    public void Dispose() => tool.Dispose();

    [GeneratedRegex("data:image/svg[^\"]*")]
    private static partial Regex Base64();
}
