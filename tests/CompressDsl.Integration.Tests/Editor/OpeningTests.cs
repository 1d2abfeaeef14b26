using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Integration.Tests.Editor;

[Collection(EditorCollection.Name)]
public sealed class OpeningTests(OpenedExamples examples)
{
    [Fact]
    public void Every_example_opens_with_all_it_refers_to()
    {
        Assert.Empty(examples.Failures);
        Assert.Equal(
            Directory.EnumerateDirectories(Path.Combine(OpenedExamples.Root, "examples")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            examples.Projects.Select(static project => project.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Editor_finds_the_compiler_parts_by_what_they_export()
    {
        Assert.Single(examples.Library.Generators());
        Assert.Equal(
            Mistakes.Ids,
            examples.Library.Analyzers().SelectMany(static analyzer => analyzer.SupportedDiagnostics).Select(static rule => rule.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            Mistakes.Fixes.Select(static promised => promised.Fix).Distinct().Order(StringComparer.Ordinal),
            examples.Library.Fixes().Select(static fix => fix.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_said_about_the_examples_as_they_are()
    {
        foreach (var project in examples.Projects)
        {
            Assert.Empty((await project.DiagnoseAsync()).Where(static said => said.Severity >= DiagnosticSeverity.Warning));
        }
    }

    [Fact]
    public async Task Generated_documents_are_there_and_the_generator_has_nothing_to_say()
    {
        var project = examples.Program;
        var generated = (await project.GetSourceGeneratedDocumentsAsync()).Where(static document => document.HintName.StartsWith("DistilBert.", StringComparison.Ordinal)).ToArray();
        Assert.Contains("DistilBert.Student.Distillation.g.cs", generated.Select(static document => document.HintName));

        // What goes wrong in a generator (CS8785), or cannot be loaded at all, is told to who drives it.
        var trees = await Task.WhenAll(generated.Select(static document => document.GetSyntaxTreeAsync()));
        var written = (await project.GetCompilationAsync())!.RemoveSyntaxTrees(trees.OfType<SyntaxTree>());
        var run = CSharpGeneratorDriver.Create(project.Generators(), parseOptions: (CSharpParseOptions)project.ParseOptions!).RunGenerators(written).GetRunResult();

        Assert.Empty(run.Diagnostics);
        Assert.Equal(
            generated.Select(static document => document.HintName).Order(StringComparer.Ordinal),
            run.GeneratedTrees.Select(static tree => Path.GetFileName(tree.FilePath)).Order(StringComparer.Ordinal));
    }
}
