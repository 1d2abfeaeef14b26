extern alias generators;

using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using CompressDslGenerator = generators::CompressDsl.CompressDslGenerator;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Builds a block of the documentation as the project of a user would be built, with the generator and the analyzers.</summary>
/// <remarks>
/// A <c>…</c> in a block stands for what is left out and counts as nothing; what it stood for is in the context, as another part of the class. A line with nothing
/// but <c>…</c> in a context is where the block goes; without one the block follows the context. Whatever is said names the line of the page.
/// </remarks>
internal static class DocumentedProgram
{
    private const string LeftOut = "…";

    // ImplicitUsings of the SDK.
    private const string Implicit = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>What the compiler, the generator and the rules say about a block; nothing, where all is well.</summary>
    /// <remarks>A block with usings of its own gets no other; the rest get those of the page of the rules.</remarks>
    public static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(CodeBlock block)
    {
        var pieces = block.Chain.SelectMany(Surround).ToArray();
        var broken = pieces.SelectMany(static piece => piece.GetDiagnostics()).Where(IsWorthTelling).ToArray();
        if (broken.Length > 0)
        {
            return broken;
        }

        var compilation = Generate(Compile(block, pieces), out var reported);
        return [.. reported, .. compilation.GetDiagnostics().Where(IsWorthTelling), .. await Consumer.AnalyzeAsync(compilation)];
    }

    /// <summary>The files that are generated for a block, by name.</summary>
    public static IReadOnlyDictionary<string, string> Generate(CodeBlock block)
        => Generate(Compile(block, [.. block.Chain.SelectMany(Surround)]), out _).SyntaxTrees
            .Where(static tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
            .ToDictionary(static tree => Path.GetFileName(tree.FilePath), static tree => tree.ToString());

    private static CSharpCompilation Compile(CodeBlock block, SyntaxTree[] pieces)
    {
        var program = Parse(Merge(pieces, out var kind), "Program.cs");
        var hasUsings = Parse(block.Chain.First().Text, block.Page).GetCompilationUnitRoot().Usings.Count > 0;
        string[] usings = hasUsings ? [Implicit] : [Implicit, Documentation.Usings.Text];
        var compilation = Consumer.Compile();

        return compilation
            .RemoveAllSyntaxTrees()
            .WithOptions(compilation.Options.WithOutputKind(kind))
            .AddSyntaxTrees([program, .. usings.Select(static text => Parse(text, "Usings.cs"))]);
    }

    private static Compilation Generate(CSharpCompilation compilation, out IEnumerable<Diagnostic> reported)
    {
        CSharpGeneratorDriver.Create([new CompressDslGenerator().AsSourceGenerator()], parseOptions: Consumer.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        reported = diagnostics;

        return output;
    }

    private static IEnumerable<SyntaxTree> Surround(CodeBlock block)
    {
        var text = At(block.Line, block.Page, block.Text.Replace(LeftOut, ""));
        if (block.Context is not { } context)
        {
            return [Parse(text, block.Page)];
        }

        var file = context + ".cs";
        var lines = Documentation.ReadContext(context).Split('\n');
        var hole = Array.FindIndex(lines, static line => line.Trim() == LeftOut);

        return hole < 0
            ? [Parse(At(1, file, string.Join('\n', lines)), file), Parse(text, block.Page)]
            : [Parse(At(1, file, string.Join('\n', lines[..hole])) + text + At(hole + 2, file, string.Join('\n', lines[(hole + 1)..])), file)];
    }

    // What a reader types off is one file, in which usings come first, then statements, then types.
    private static string Merge(SyntaxTree[] pieces, out OutputKind kind)
    {
        var units = pieces.Select(static piece => piece.GetCompilationUnitRoot()).ToArray();
        var (statements, types) = (units.SelectMany(Statements).ToArray(), units.SelectMany(static unit => unit.Members.Except(Statements(unit))));
        var usings = units.SelectMany(static unit => unit.Usings).OrderBy(static directive => directive.GlobalKeyword.IsKind(SyntaxKind.None));
        var text = new StringBuilder();

        foreach (var node in usings.Concat<SyntaxNode>(statements).Concat(types))
        {
            var place = node.SyntaxTree.GetMappedLineSpan(node.Span);
            text.Append(At(place.StartLinePosition.Line + 1, place.Path, node.ToString()));
        }

        kind = statements.Length > 0 ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        return text.ToString();
    }

    private static IEnumerable<MemberDeclarationSyntax> Statements(CompilationUnitSyntax unit) => unit.Members.OfType<GlobalStatementSyntax>();

    private static string At(int line, string file, string text) => $"#line {line} \"{file}\"\n{text}\n";

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, Consumer.ParseOptions, path);

    private static bool IsWorthTelling(Diagnostic diagnostic) => diagnostic.Severity >= DiagnosticSeverity.Warning;
}
