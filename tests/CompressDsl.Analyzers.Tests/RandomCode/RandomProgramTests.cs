using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers.Tests;

/// <summary>
/// Programs that nobody thought of: the generator and the analyzers break down on none, what is generated compiles, and it is there exactly where no error stands.
/// </summary>
/// <remarks>Seeds from 0 on, 60 of them; the environment variable <c>CsCheck_Iter</c> asks for more.</remarks>
public class RandomProgramTests
{
    private const int InOneCompilation = 12;

    private static readonly int Count = Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? 60 : (int)Check.Iter;

    [Fact]
    public async Task Nothing_breaks_down_and_code_is_generated_exactly_where_no_error_stands()
    {
        var failures = new List<string>();

        foreach (var seeds in Enumerable.Range(0, Count).Chunk(InOneCompilation))
        {
            failures.AddRange(await CheckAsync([.. seeds.Select(static seed => RandomProgram.Write((ulong)seed))]));

            if (failures.Count > 10)
            {
                break;
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    [Fact]
    public async Task Nothing_breaks_down_over_what_is_half_written()
    {
        var failures = new List<string>();

        foreach (var seeds in Enumerable.Range(0, Count).Chunk(InOneCompilation))
        {
            var compilation = Generated.AddTo(Consumer.Compile([.. seeds.Select(static seed => HalfWritten.Of(RandomProgram.Write((ulong)seed), (ulong)seed))]), out var run);
            failures.AddRange(FindBreakdowns(await Consumer.AnalyzeAsync(compilation), run));
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    [Fact]
    public void Programs_have_what_there_is_to_get_wrong()
    {
        var text = string.Concat(Enumerable.Range(0, 60).Select(static seed => RandomProgram.Write((ulong)seed)));

        Assert.All(
            ["[Sparsity(", "[SemiStructured(", "[BlockSparsity(", "[KeepDense]", "[Gradual(", "[PruneHeads(", "[PruneChannels(", "[PruneLayers(", "[PruneHidden(", "[DistillFrom(", "[InitializeFrom(", "[MatchHidden(", "[MatchAttention(", "ModuleList<C", "scaled_dot_product_attention", "foreach", "<T>"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string>> CheckAsync(string[] programs)
    {
        var source = Consumer.Compile(programs);
        var compilation = Generated.AddTo(source, out var run);
        var broken = Consumer.FindErrors(compilation);

        if (!broken.IsEmpty && Consumer.FindErrors(source) is [_, ..] own)
        {
            return own.Select(static error => $"The program itself does not compile: {error}\n{LineOf(error)}");
        }

        var said = await Consumer.AnalyzeAsync(compilation);
        var errors = said.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToLookup(static diagnostic => diagnostic.Location.SourceTree);
        var files = run.GeneratedSources.IsDefault ? [] : run.GeneratedSources.Select(static file => file.HintName).ToHashSet();

        return
        [
            .. FindBreakdowns(said, run),
            .. broken.Select(static error => $"What is generated does not compile: {error}\n{LineOf(error)}"),
            .. source.SyntaxTrees.SelectMany(tree => FindContradictions(tree, source.GetSemanticModel(tree), [.. errors[tree]], files)),
        ];
    }

    private static IEnumerable<string> FindBreakdowns(IEnumerable<Diagnostic> said, GeneratorRunResult run)
        => said.Where(static diagnostic => diagnostic.Id == "AD0001")
            .Select(static diagnostic => $"An analyzer broke down: {diagnostic} {diagnostic.Descriptor.Description}")
            .Concat(run.Exception is { } exception ? [$"The generator broke down: {exception}"] : []);

    private static IEnumerable<string> FindContradictions(SyntaxTree tree, SemanticModel model, IReadOnlyList<Diagnostic> errors, IReadOnlySet<string> files)
        => tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Where(static declaration => !declaration.Identifier.ValueText.StartsWith("Outer", StringComparison.Ordinal))
            .GroupBy(declaration => model.GetDeclaredSymbol(declaration)!, SymbolEqualityComparer.Default)
            .SelectMany(parts => new ClassVerdict([.. parts], (INamedTypeSymbol)parts.Key!, errors, files).FindContradictions())
            .Select(contradiction => $"{contradiction}\n{tree}");

    private static string LineOf(Diagnostic diagnostic)
        => diagnostic.Location.SourceTree?.GetText() is { } text ? $"{diagnostic.Location.SourceTree.FilePath}: {text.Lines.GetLineFromPosition(diagnostic.Location.SourceSpan.Start)}" : "";
}
