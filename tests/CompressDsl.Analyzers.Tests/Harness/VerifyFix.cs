using System.Collections.Immutable;
using CompressDsl.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Applies fixes and checks the text they leave, that it compiles, and that the rule is silent then.</summary>
/// <param name="id">The rule.</param>
/// <param name="fix">The fix.</param>
/// <param name="key">The equivalence key of the action, where it is not the name of the fix.</param>
internal sealed class VerifyFix(string id, EditingFix fix, string? key = null)
{
    /// <summary>Whether the documents see the usings that tests take for granted.</summary>
    public bool WithUsings { get; init; } = true;

    /// <summary>Fixes the first diagnostic.</summary>
    public async Task ChangesAsync(string source, string expected)
    {
        var solution = Consumer.CreateSolution(WithUsings, source);
        var diagnostic = (await FindAsync(solution)).First();
        var action = Assert.Single(await ActionsAsync(solution, diagnostic), IsMeant);
        await CheckAsync(await ApplyAsync(action), remaining: (await FindAsync(solution)).Length - 1, expected);
    }

    /// <summary>Fixes all diagnostics of all documents.</summary>
    public async Task ChangesAllAsync(string[] sources, string[] expected, FixAllScope scope = FixAllScope.Solution, int remaining = 0)
    {
        var solution = Consumer.CreateSolution(WithUsings, sources);
        var document = solution.Projects.Single().Documents.First();
        var context = new FixAllContext(document, fix, scope, key ?? fix.GetType().Name, [id], new Diagnostics(this), default);
        var action = await fix.GetFixAllProvider().GetFixAsync(context);
        await CheckAsync(await ApplyAsync(action!), remaining, expected);
    }

    /// <summary>The titles that the first diagnostic is offered.</summary>
    public async Task<string[]> TitlesAsync(params string[] sources)
    {
        var solution = Consumer.CreateSolution(WithUsings, sources);
        return [.. (await ActionsAsync(solution, (await FindAsync(solution)).First())).Select(static action => action.Title)];
    }

    private bool IsMeant(CodeAction action) => action.EquivalenceKey == (key ?? fix.GetType().Name);

    private async Task CheckAsync(Solution solution, int remaining, params string[] expected)
    {
        var documents = solution.Projects.Single().Documents.Take(expected.Length);
        Assert.Equal(expected, await Task.WhenAll(documents.Select(static async document => (await document.GetTextAsync()).ToString())));

        var compilation = (await solution.Projects.Single().GetCompilationAsync())!;
        Assert.Empty(Consumer.FindErrors(compilation));
        Assert.Equal(remaining, (await FindAsync(solution)).Length);
    }

    private async Task<ImmutableArray<Diagnostic>> FindAsync(Solution solution)
        => [.. (await Consumer.AnalyzeAsync((await solution.Projects.Single().GetCompilationAsync())!)).Where(diagnostic => diagnostic.Id == id)];

    private async Task<List<CodeAction>> ActionsAsync(Solution solution, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        var document = solution.GetDocument(diagnostic.Location.SourceTree)!;
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), default));
        return actions;
    }

    private static async Task<Solution> ApplyAsync(CodeAction action)
        => (await action.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private sealed class Diagnostics(VerifyFix owner) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken token)
            => await owner.FindAsync(project.Solution);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken token)
            => (await owner.FindAsync(document.Project.Solution)).Where(diagnostic => diagnostic.Location.SourceTree!.FilePath == document.FilePath);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken token)
            => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
