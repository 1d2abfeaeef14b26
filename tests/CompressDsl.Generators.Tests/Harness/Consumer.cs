using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TorchSharp;

namespace CompressDsl.Generators.Tests;

/// <summary>A project that uses the library: source files in, generated files and the finished compilation out.</summary>
internal static class Consumer
{
    // The feature is what the build files of the package switch on.
    public static readonly CSharpParseOptions ParseOptions = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Diagnose)
        .WithFeatures([new("InterceptorsNamespaces", "CompressDsl.Interceptors")]);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. Net100.References.All,
        MetadataReference.CreateFromFile(typeof(torch).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(SparsityAttribute).Assembly.Location),
    ];

    // As the SDK does: a package built for an older framework is not worth a warning.
    private static readonly ImmutableDictionary<string, ReportDiagnostic> UnifiedVersions =
        ImmutableDictionary<string, ReportDiagnostic>.Empty.Add("CS1701", ReportDiagnostic.Suppress).Add("CS1702", ReportDiagnostic.Suppress);

    /// <summary>The source with the usings that a new project has.</summary>
    public const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using CompressDsl;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        """;

    public static CSharpCompilation Compile(params string[] sources)
        => Compile(sources.Select((source, index) => Parse(source, $"File{index}.cs")));

    public static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees, params MetadataReference[] moreReferences)
        => CSharpCompilation.Create(
            "Consumer",
            trees,
            [.. References, .. moreReferences],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, deterministic: true)
                .WithSpecificDiagnosticOptions(UnifiedVersions));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, ParseOptions, path);

    public static GeneratorDriver CreateDriver() => CreateDriver(ParseOptions);

    private static CSharpGeneratorDriver CreateDriver(ParseOptions options)
        => CSharpGeneratorDriver.Create(
            [new CompressDslGenerator().AsSourceGenerator()],
            parseOptions: (CSharpParseOptions)options,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The generated files by name; fails where the generator failed or reported anything.</summary>
    public static IReadOnlyDictionary<string, string> Generate(Compilation compilation) => Generate(compilation, out _);

    /// <inheritdoc cref="Generate(Compilation)"/>
    public static IReadOnlyDictionary<string, string> Generate(Compilation compilation, out Compilation output)
    {
        var result = CreateDriver(compilation.SyntaxTrees.First().Options).RunGeneratorsAndUpdateCompilation(compilation, out output, out var diagnostics).GetRunResult().Results.Single();

        Assert.Empty(diagnostics);
        Assert.Null(result.Exception);

        return result.GeneratedSources.ToDictionary(static source => source.HintName, static source => source.SourceText.ToString());
    }

    /// <summary>Generates, and fails unless everything compiles without as much as a warning.</summary>
    public static Compilation GenerateAndCompile(Compilation compilation)
    {
        Generate(compilation, out var output);
        AssertCompiles(output);

        return output;
    }

    public static void AssertCompiles(Compilation compilation)
    {
        // Unused usings and members that only reflection sets are the test sources' own affair.
        string[] ignored = ["CS8019", "CS0169", "CS0649", "CS0414", "CS1591"];
        var diagnostics = compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !ignored.Contains(diagnostic.Id))
            .Select(static diagnostic => diagnostic.ToString())
            .ToArray();

        Assert.True(diagnostics.Length == 0, string.Join(Environment.NewLine, diagnostics));
    }
}
