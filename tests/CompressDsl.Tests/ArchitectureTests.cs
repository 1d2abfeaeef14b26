using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Tests;

/// <summary>Holds the code of the runtime to the table in docs/architecture.md that says which folder may know which.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = typeof(ArchitectureTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static metadata => metadata.Key == "RepositoryRoot").Value!;

    private static readonly string Source = Path.Combine(Root, "src", "CompressDsl");

    // Compiled into the runtime too.
    private static readonly string Flow = Path.Combine(Root, "generators", "Shared", "Flow");

    private static readonly IReadOnlyDictionary<string, string[]> MayKnow = ReadTable();

    [Fact]
    public void EveryFolderWithCode_StandsInTheTable()
    {
        var folders = SourceFiles().Select(FolderOf).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(MayKnow.Keys.Order(StringComparer.Ordinal), folders);
    }

    [Fact]
    public void Folders_KnowOnlyWhatTheTableSays()
    {
        var violations = FindReferences()
            .Where(static reference => reference.From != reference.To && !MayKnow[reference.From].Contains(reference.To))
            .Select(static reference => $"{reference.Where}: {reference.From} knows {reference.To} ({reference.Name})")
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal("", string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void Permissions_AreUsed()
    {
        var used = FindReferences().Select(static reference => (reference.From, reference.To)).ToHashSet();
        var idle = MayKnow.SelectMany(static row => row.Value.Select(to => (From: row.Key, To: to))).Where(pair => !used.Contains(pair));

        Assert.Equal([], idle);
    }

    private static IEnumerable<(string From, string To, string Name, string Where)> FindReferences()
    {
        var trees = SourceFiles().Select(static file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file)).ToArray();
        var usings = CSharpSyntaxTree.ParseText("""
            global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
            global using System.Threading; global using System.Threading.Tasks; global using System.Net.Http;
            """);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) != "CompressDsl.dll")
            .Select(static path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "CompressDsl", [.. trees, usings], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        Assert.DoesNotContain(compilation.GetDiagnostics(), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        foreach (var tree in trees)
        {
            var model = compilation.GetSemanticModel(tree);

            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;

                foreach (var declaration in type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
                {
                    yield return (FolderOf(tree.FilePath), FolderOf(declaration.SyntaxTree.FilePath), type!.Name, Path.GetFileName(tree.FilePath));
                }
            }
        }
    }

    private static IEnumerable<string> SourceFiles()
        => Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(static file => FolderOf(file) is not ("bin" or "obj" or "build" or "buildTransitive"))
            .Concat(Directory.EnumerateFiles(Flow, "*.cs"));

    // The first folder below src/CompressDsl; kernels and what they may know are a matter of their own.
    private static string FolderOf(string file)
    {
        if (file.StartsWith(Flow, StringComparison.Ordinal))
        {
            return "Flow";
        }

        var parts = Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar);

        return parts is ["Sparsity", "Kernels", ..] ? "Sparsity/Kernels" : parts[0];
    }

    /// <summary>The rows <c>| `Pruning` | `Attributes`, `Sparsity` | … |</c> of the table.</summary>
    private static Dictionary<string, string[]> ReadTable()
        => File.ReadLines(Path.Combine(Root, "docs", "architecture.md"))
            .SkipWhile(static line => !line.StartsWith("| folder | may know |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(static line => line.StartsWith('|'))
            .Select(static line => line.Split('|'))
            .ToDictionary(
                static cells => CodeSpan().Match(cells[1]).Groups[1].Value,
                static cells => CodeSpan().Matches(cells[2]).Select(static match => match.Groups[1].Value).ToArray());

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();
}
