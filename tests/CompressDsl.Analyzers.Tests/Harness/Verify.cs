using System.Globalization;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Checks what the rules say about a source, and what they do not.</summary>
internal static class Verify
{
    /// <summary>
    /// The rule stands on every <c>[|…|]</c> and nowhere else, no other rule speaks, and the compiler has nothing against the source.
    /// </summary>
    public static Task<Diagnostic[]> ReportsAsync(string id, params string[] marked) => ReportsAmongAsync(id, [], marked);

    /// <summary>As <see cref="ReportsAsync"/>, with other rules that may speak too.</summary>
    public static async Task<Diagnostic[]> ReportsAmongAsync(string id, string[] others, params string[] marked)
    {
        var markups = marked.Select(Markup.Parse).ToArray();
        var compilation = Consumer.Compile([.. markups.Select(static markup => markup.Text)]);
        Assert.Empty(Consumer.FindErrors(compilation));

        var diagnostics = await Consumer.AnalyzeAsync(compilation);
        var expected = markups.SelectMany(static (markup, index) => markup.Spans.Select(span =>
            ($"Source{index}.cs", markup.Text.Substring(span.Start, span.Length), span.Start)));
        var found = diagnostics.Where(diagnostic => diagnostic.Id == id).ToArray();

        Assert.Equal(expected.Order(), found.Select(Describe).Order());
        Assert.Empty(diagnostics.Where(diagnostic => diagnostic.Id != id && !others.Contains(diagnostic.Id)));

        return found;
    }

    /// <summary>No rule speaks, and the compiler has nothing against the source.</summary>
    public static async Task IsQuietAsync(params string[] sources)
    {
        var compilation = Consumer.Compile(sources);
        Assert.Empty(Consumer.FindErrors(compilation));
        Assert.Empty(await Consumer.AnalyzeAsync(compilation));
    }

    /// <summary>No rule speaks about a source that does not compile.</summary>
    public static async Task IsQuietOnBrokenAsync(params string[] sources)
    {
        var compilation = Consumer.Compile(sources);
        Assert.NotEmpty(Consumer.FindErrors(compilation));
        Assert.Empty(await Consumer.AnalyzeAsync(compilation));
    }

    /// <summary>The message of a diagnostic, whatever the culture.</summary>
    public static string Message(this Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture);

    private static (string File, string Text, int Start) Describe(Diagnostic diagnostic)
    {
        var (tree, span) = (diagnostic.Location.SourceTree!, diagnostic.Location.SourceSpan);
        return (tree.FilePath, tree.GetText().ToString(span), span.Start);
    }
}
