using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.Benchmarks.Compiling;

/// <summary>A project with a number of annotated classes, a file each, and a file beside them in which somebody types.</summary>
internal sealed class AnnotatedProject
{
    /// <summary>The attributes of the language in <see cref="OfModels"/>.</summary>
    public static readonly string[] Attributes = ["Sparsity", "SemiStructured", "PruneChannels", "DistillFrom"];

    private static readonly CSharpParseOptions Options = new CSharpParseOptions(LanguageVersion.Latest)
        .WithFeatures([new("InterceptorsNamespaces", "CompressDsl.Interceptors")]);

    // In every project, so that the compiler has as much to look through.
    private static readonly MetadataReference[] Libraries =
    [
        MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(SparsityAttribute).Assembly.Location),
        CompilerParts.MvvmLibrary,
    ];

    private CSharpCompilation _compilation;
    private SyntaxTree _elsewhere;
    private SyntaxTree _first;
    private int _edits;

    private AnnotatedProject(int count, Func<int, string> write)
    {
        SyntaxTree[] classes = [.. Enumerable.Range(0, count).Select(index => Parse(write(index), $"Class{index}.cs"))];
        (Count, _first, _elsewhere) = (count, classes[0], Parse(ModelSources.Elsewhere, "Elsewhere.cs"));
        _compilation = CSharpCompilation.Create(
            "Annotated",
            [.. classes, Parse(ModelSources.Usings, "Usings.cs"), Parse(ModelSources.Teacher, "Teacher.cs"), _elsewhere],
            [.. Net100.References.All, .. Libraries],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions([new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]));
    }

    /// <summary>How many of its classes are annotated.</summary>
    public int Count { get; }

    /// <summary>The project as it is after the last edit.</summary>
    public Compilation Compilation => _compilation;

    /// <summary>Models: a third with sparse weights, a third with channels that are followed through forward, a third students.</summary>
    public static AnnotatedProject OfModels(int count) => new(count, ModelSources.Class);

    /// <summary>The same project with view models in place of models.</summary>
    public static AnnotatedProject OfViewModels(int count) => new(count, ModelSources.ViewModel);

    public GeneratorDriver CreateDriver(params ISourceGenerator[] generators) => CSharpGeneratorDriver.Create(generators, parseOptions: Options);

    /// <summary>The project with what is generated for it.</summary>
    public Compilation Generate()
    {
        CreateDriver(CompilerParts.Ours).RunGeneratorsAndUpdateCompilation(_compilation, out var generated, out _);
        return generated;
    }

    /// <summary>Somebody types in a method of a file without attributes.</summary>
    public Compilation EditElsewhere() => Replace(ref _elsewhere, "Value => 0");

    /// <summary>Somebody types in the first annotated class.</summary>
    public Compilation EditFirstClass() => Replace(ref _first, "Zero => 0");

    private CSharpCompilation Replace(ref SyntaxTree tree, string place)
    {
        var source = tree.GetText();
        var start = source.ToString().IndexOf(place[..^1], StringComparison.Ordinal) + place.Length - 1;
        var end = source.ToString().IndexOf(';', start);
        var changed = tree.WithChangedText(source.WithChanges(new TextChange(TextSpan.FromBounds(start, end), $"{++_edits}")));
        _compilation = _compilation.ReplaceSyntaxTree(tree, changed);
        tree = changed;
        return _compilation;
    }

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), Options, path);
}
