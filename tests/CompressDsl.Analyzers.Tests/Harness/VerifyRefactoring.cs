using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Asks a refactoring what it offers at the caret, <c>[||]</c>, and checks what it leaves: it compiles with what is generated for it, and breaks no rule.</summary>
/// <param name="refactoring">The refactoring.</param>
internal sealed class VerifyRefactoring(CodeRefactoringProvider refactoring)
{
    /// <summary>Whether the documents see the usings that tests take for granted.</summary>
    public bool WithUsings { get; init; } = true;

    /// <summary>A project that the first one refers to; null for none.</summary>
    public string? OtherProject { get; init; }

    /// <summary>What is offered: the title of the menu, then those of its items; nothing where nothing is.</summary>
    public async Task<string[]> TitlesAsync(string marked, string name = "Source0.cs")
        => [.. (await OfferAsync(marked, name)).SelectMany(static action => action.NestedActions.Prepend(action)).Select(static action => action.Title)];

    /// <summary>Takes an item of the menu and compares what it leaves.</summary>
    public async Task ChangesAsync(string title, string marked, string expected) => Assert.Equal(expected, await ApplyAsync(title, marked));

    /// <summary>Takes an item of the menu, by the beginning of its title.</summary>
    /// <returns>The text that it leaves.</returns>
    public async Task<string> ApplyAsync(string title, string marked)
    {
        var action = Assert.Single(Assert.Single(await OfferAsync(marked, "Source0.cs")).NestedActions, item => item.Title.StartsWith(title, StringComparison.Ordinal));
        var solution = (await action.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution;
        var project = solution.Projects.First();
        var compilation = Generated.AddTo((await project.GetCompilationAsync())!, out var run);

        Assert.Null(run.Exception);
        Assert.NotEmpty(run.GeneratedSources);
        Assert.Empty(Consumer.FindErrors(compilation));
        Assert.DoesNotContain(await Consumer.AnalyzeAsync(compilation), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || diagnostic.Id == "AD0001");

        return (await project.Documents.First().GetTextAsync()).ToString();
    }

    private async Task<IReadOnlyList<CodeAction>> OfferAsync(string marked, string name)
    {
        var markup = Markup.Parse(marked);
        var solution = Consumer.CreateSolution(WithUsings, markup.Text);
        var project = solution.Projects.Single();

        if (OtherProject is { } other)
        {
            var id = ProjectId.CreateNewId();
            solution = solution.AddProject(id, "Other", "Other", LanguageNames.CSharp)
                .WithProjectCompilationOptions(id, project.CompilationOptions!)
                .WithProjectParseOptions(id, project.ParseOptions!)
                .WithProjectMetadataReferences(id, project.MetadataReferences)
                .AddDocument(DocumentId.CreateNewId(id), "Other.cs", SourceText.From(Consumer.Usings + other), filePath: "Other.cs")
                .AddProjectReference(project.Id, new ProjectReference(id));
        }

        var document = solution.GetProject(project.Id)!.Documents.First().WithName(name);
        var actions = new List<CodeAction>();
        await refactoring.ComputeRefactoringsAsync(new CodeRefactoringContext(document, Assert.Single(markup.Spans), actions.Add, default));
        return actions;
    }
}
