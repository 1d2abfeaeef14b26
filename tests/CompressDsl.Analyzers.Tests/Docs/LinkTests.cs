using System.Text.RegularExpressions;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Links inside of the documentation lead to a file, and to a heading, that is there.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_link_leads_somewhere()
    {
        var broken =
            from page in Documentation.Pages
            from Match link in Link().Matches(Fenced().Replace(page.Value, ""))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !Exists(page.Key, target)
            select $"{page.Key}: {target}";

        Assert.Equal([], broken);
    }

    [Theory]
    [InlineData("# A `code` word, and more: yes!", "a-code-word-and-more-yes")]
    [InlineData("## From_and to (2:4)", "from_and-to-24")]
    public void Anchors_are_those_of_GitHub(string heading, string expected) => Assert.Equal([expected], Anchors(heading));

    private static bool Exists(string page, string target)
    {
        var (path, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
        var file = path.Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, path)).Replace('\\', '/');

        return anchor is null ? Path.Exists(Path.Combine(Repository.Root, file)) : Documentation.Pages.TryGetValue(file, out var text) && Anchors(text).Contains(anchor);
    }

    private static IEnumerable<string> Anchors(string markdown)
        => Heading().Matches(Fenced().Replace(markdown, ""))
            .Select(static heading => Dropped().Replace(heading.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Dropped();
}
