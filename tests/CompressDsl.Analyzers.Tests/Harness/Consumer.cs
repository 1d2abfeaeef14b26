using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using CompressDsl.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Makes projects out of source texts, and runs every analyzer over them.</summary>
internal static class Consumer
{
    /// <summary>What sources of these tests take for granted above them.</summary>
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using CompressDsl;
        global using TorchSharp;
        global using TorchSharp.Modules;
        global using static TorchSharp.torch;
        global using static TorchSharp.torch.nn;
        """;

    public static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers = Create<DiagnosticAnalyzer>(typeof(ReaderAnalyzer).Assembly);

    public static readonly ImmutableArray<EditingFix> Fixes = Create<EditingFix>(typeof(EditingFix).Assembly);

    // The feature is what the build files of the package switch on.
    public static readonly CSharpParseOptions ParseOptions = new CSharpParseOptions(LanguageVersion.Latest)
        .WithFeatures([new("InterceptorsNamespaces", "CompressDsl.Interceptors")]);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. Net100.References.All,
        MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(SparsityAttribute).Assembly.Location),
    ];

    // As the SDK does: a package built for an older framework is not worth a warning.
    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        nullableContextOptions: NullableContextOptions.Enable,
        specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]);

    // Its references are bound once for all the compilations that are made from it.
    private static readonly CSharpCompilation Empty = CSharpCompilation.Create(
        "Consumer", [CSharpSyntaxTree.ParseText(Usings, ParseOptions, "Usings.cs")], References, Options);

    public static CSharpCompilation Compile(params string[] sources)
    {
        _ = Empty.Assembly;
        // An array: of trees that are made anew at every look the compilation would know others than it has.
        return Empty.AddSyntaxTrees([.. sources.Select(static (source, index) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"Source{index}.cs"))]);
    }

    /// <summary>Compiles sources against other projects, as an IDE does, or their assemblies.</summary>
    public static CSharpCompilation CompileWith(MetadataReference[] others, params string[] sources) => Compile(sources).AddReferences(others);

    /// <summary>What the rules say; that an analyzer broke down counts as said.</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation)
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var diagnostics = await compilation.WithAnalyzers(Analyzers, options).GetAnalyzerDiagnosticsAsync();

        return
        [
            .. diagnostics
                .OrderBy(static diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal)
                .ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start),
        ];
    }

    public static ImmutableArray<Diagnostic> FindErrors(Compilation compilation)
        => [.. compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];

    /// <summary>A solution of one project; without the usings, for what a fix must write where there are none.</summary>
    public static Solution CreateSolution(bool withUsings, params string[] sources)
    {
        var solution = new AdhocWorkspace().CurrentSolution;
        var project = ProjectId.CreateNewId();
        solution = solution
            .AddProject(project, "Consumer", "Consumer", LanguageNames.CSharp)
            .WithProjectCompilationOptions(project, Options)
            .WithProjectParseOptions(project, ParseOptions)
            .WithProjectMetadataReferences(project, References);

        foreach (var (index, source) in (withUsings ? [.. sources, Usings] : sources).Index())
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(project), $"Source{index}.cs", source, filePath: $"Source{index}.cs");
        }

        return solution;
    }

    private static ImmutableArray<T> Create<T>(System.Reflection.Assembly assembly)
        =>
        [
            .. assembly.GetTypes()
                .Where(static type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract)
                .Select(static type => (T)Activator.CreateInstance(type)!),
        ];
}
