using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The rules, their pages, the table of pages and the release notes say the same.</summary>
public partial class CatalogueTests
{
    public static TheoryData<string> Ids => [.. Descriptors.Select(static descriptor => descriptor.Id)];

    internal static IEnumerable<DiagnosticDescriptor> Descriptors
        => Consumer.Analyzers.SelectMany(static analyzer => analyzer.SupportedDiagnostics).OrderBy(static descriptor => descriptor.Id, StringComparer.Ordinal);

    [Fact]
    public void Every_rule_has_one_page_and_every_page_a_rule()
        => Assert.Equal(
            Descriptors.Select(static descriptor => descriptor.Id + ".md"),
            Directory.GetFiles(Rules, "CDSL*.md").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_rule_is_in_the_release_notes_once()
        => Assert.Equal(
            Descriptors.Select(static rule => $"{rule.Id} | {rule.Category} | {rule.DefaultSeverity} | [{rule.Title}](../../docs/rules/{rule.Id}.md)"),
            ReleaseNotes.Select(static line => Spaces().Replace(line, " ")));

    [Fact]
    public void Table_of_pages_lists_every_rule()
        => Assert.Equal(
            Descriptors.Select(static rule =>
                $"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity} | {rule.Title} | {(FixesOf(rule.Id).Any() ? "yes" : "")} |"),
            File.ReadLines(Path.Combine(Rules, "README.md")).Where(static line => line.StartsWith("| [CDSL", StringComparison.Ordinal)));

    [Fact]
    public void Readme_counts_the_rules()
        => Assert.Contains($"**{Descriptors.Count()} [rules](docs/rules/README.md)**", Documentation.Pages["README.md"], StringComparison.Ordinal);

    [Fact]
    public void Every_fix_is_for_a_rule_that_exists_and_can_fix_all()
    {
        var ids = Descriptors.Select(static descriptor => descriptor.Id).ToHashSet();

        Assert.All(Consumer.Fixes, fix =>
        {
            Assert.All(fix.FixableDiagnosticIds, id => Assert.Contains(id, ids));
            Assert.Superset(
                new HashSet<FixAllScope> { FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution },
                fix.GetFixAllProvider().GetSupportedFixAllScopes().ToHashSet());
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Page_has_the_title_severity_category_and_fixes_of_its_rule(string id)
    {
        var descriptor = Descriptors.Single(descriptor => descriptor.Id == id);
        var page = ReadPage(id);

        Assert.StartsWith($"# {id}: {descriptor.Title}\n", page);
        Assert.Contains($"\n| Severity | {descriptor.DefaultSeverity} |\n", page);
        Assert.Contains($"\n| Category | {descriptor.Category} |\n", page);
        Assert.Equal(
            FixesOf(id).Select(static fix => fix.GetType().Name).Order(),
            Names().Matches(Line(page, "| Code fix |")).Select(static match => match.Groups[1].Value).Order());
        Assert.EndsWith($"/docs/rules/{id}.md", descriptor.HelpLinkUri);
        Assert.NotEmpty(descriptor.Description.ToString());
        Assert.All(["What it says", "Why it matters", "Bad", "Good", "How to silence it"], section => Assert.Contains($"\n## {section}\n", page));
    }

    private static string Rules => Path.Combine(Repository.Root, "docs", "rules");

    private static IEnumerable<string> ReleaseNotes
        => new[] { "Shipped", "Unshipped" }
            .SelectMany(static kind => File.ReadLines(Path.Combine(Repository.Root, "analyzers", "CompressDsl.Analyzers", $"AnalyzerReleases.{kind}.md")))
            .Where(static line => line.StartsWith("CDSL", StringComparison.Ordinal));

    private static IEnumerable<CodeFixProvider> FixesOf(string id) => Consumer.Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(id));

    internal static string ReadPage(string id) => File.ReadAllText(Path.Combine(Rules, id + ".md")).ReplaceLineEndings("\n");

    private static string Line(string page, string start) => page.Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("`([A-Z]\\w+)`\\)")]
    private static partial Regex Names();
}
