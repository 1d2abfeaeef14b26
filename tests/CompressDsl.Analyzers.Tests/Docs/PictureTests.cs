using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The picture of the README shows code that really says what it shows, and figures that really stand in a table.</summary>
public sealed partial class PictureTests
{
    /// <summary>What its code leaves out.</summary>
    public const string Context = "picture";

    private const string Picture = "docs/images/editor-and-run.svg";

    private static readonly string File = Path.Combine(Repository.Root, Picture);

    private static readonly IReadOnlyList<XElement> Texts =
        [.. XDocument.Load(File, LoadOptions.PreserveWhitespace).Descendants().Where(static element => element.Name.LocalName == "text")];

    [Fact]
    public async Task Code_raises_the_warning_that_stands_below_it()
    {
        var code = new CodeBlock(Picture, Number: 1, Line: 1, Section: "", CodeBlock.CSharp, Code) { Context = Context };
        var said = Assert.Single(await DocumentedProgram.DiagnoseAsync(code));

        Assert.Equal(Assert.Single(Read("rule")), said.Id);
        Assert.Equal(string.Join(' ', Read("said")), said.GetMessage());
    }

    [Fact]
    public async Task Fixes_are_those_that_the_warning_is_offered()
    {
        var id = Assert.Single(Read("rule"));
        var offered = await Task.WhenAll(Consumer.Fixes
            .Where(fix => fix.FixableDiagnosticIds.Contains(id))
            .Select(fix => new VerifyFix(id, fix).TitlesAsync(Code.Replace("…", ""), Documentation.ReadContext(Context))));

        Assert.Equal(offered.SelectMany(static titles => titles).Order(StringComparer.Ordinal), Read("fix").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Figures_stand_in_a_row_of_a_table()
    {
        var rows = Documentation.Pages.Values
            .SelectMany(static page => page.Split('\n'))
            .Where(static line => line.StartsWith('|'))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToArray();

        Assert.All(Read("figures"), figures => Assert.Contains(rows, row => Columns().Split(figures).All(figure => row.Any(cell => Shows(cell, figure)))));
    }

    [Fact]
    public void Readme_shows_it_and_it_is_small()
    {
        Assert.Contains($"]({Picture})", Documentation.Pages["README.md"], StringComparison.Ordinal);
        Assert.InRange(new FileInfo(File).Length, 1, 60_000);
    }

    private static string Code => string.Join('\n', Read("code"));

    // A cell may have a second figure in brackets.
    private static bool Shows(string cell, string figure) => cell == figure || cell.StartsWith(figure + " (", StringComparison.Ordinal);

    private static IEnumerable<string> Read(string kind) => Texts.Where(text => (string?)text.Attribute("class") == kind).Select(static text => text.Value);

    [GeneratedRegex(" {2,}")]
    private static partial Regex Columns();
}
