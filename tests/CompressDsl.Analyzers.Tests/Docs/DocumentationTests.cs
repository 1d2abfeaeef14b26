using System.Text.RegularExpressions;

namespace CompressDsl.Analyzers.Tests;

/// <summary>What the documentation shows as C# is C#: it compiles, with what is generated for it, and the rules say about it what its page says.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Blocks => [.. Documentation.Blocks.Select(static block => block.Name)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Block_compiles_and_breaks_no_rule_but_the_one_that_it_is_the_bad_example_of(string name)
    {
        var block = Documentation.Find(name);
        var said = await DocumentedProgram.DiagnoseAsync(block);
        string[] expected = block.Section == "Bad" && RulePage().Match(block.Page) is { Success: true } page ? [page.Groups[1].Value] : [];

        Assert.True(
            expected.SequenceEqual(said.Select(static diagnostic => diagnostic.Id)),
            $"{name} should raise {(expected is [var id] ? id : "nothing")}. Said was:\n{string.Join('\n', said)}");
    }

    [Fact]
    public void Every_fence_of_csharp_is_a_case()
    {
        var fences = Documentation.Pages.Values.Sum(static page => page.Split('\n').Count(static line => line.Contains("```csharp", StringComparison.OrdinalIgnoreCase)));

        Assert.InRange(fences, 70, int.MaxValue);
        Assert.Equal(fences, Blocks.Count);
    }

    [Fact]
    public void Every_fence_says_its_language_so_that_no_code_hides_in_one_that_does_not()
        => Assert.Equal(
            [],
            Documentation.Fences
                .Where(static fence => fence.Language is not (CodeBlock.CSharp or "sh" or "text" or "xml"))
                .Select(static fence => $"{fence.Page}({fence.Line - 1}): '{fence.Language}'"));

    [Fact]
    public void Every_page_of_a_rule_has_a_bad_and_a_good_example()
        => Assert.All(
            Documentation.Pages.Keys.Where(static page => RulePage().IsMatch(page)),
            static page => Assert.Equal(["Bad", "Good"], Documentation.Blocks.Where(block => block.Page == page).Select(static block => block.Section)));

    [Fact]
    public void Every_context_is_used()
        => Assert.Equal(
            Documentation.ContextNames.Order(StringComparer.Ordinal),
            Documentation.Blocks.Select(static block => block.Context).OfType<string>().Append(PictureTests.Context).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Guide_shows_the_code_that_is_generated_for_its_forward()
    {
        var generated = DocumentedProgram.Generate(Documentation.Find("docs/guides/channel-flow.md#1"))["Block.Channels.g.cs"];
        var shown = Documentation.Find("docs/guides/channel-flow.md#2").Text;

        Assert.Contains(Unindent(shown), Unindent(generated));
    }

    private static string Unindent(string code) => string.Join('\n', code.Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex(@"^docs/rules/(CDSL\d{4})\.md$")]
    private static partial Regex RulePage();
}
