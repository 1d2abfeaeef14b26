using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.Integration.Tests.Editor;

[Collection(EditorCollection.Name)]
public sealed class FixTests(OpenedExamples examples)
{
    public static IEnumerable<object[]> Fixes => Mistakes.Fixes.Select(static promised => new object[] { promised.Id, promised.Fix });

    [Theory]
    [MemberData(nameof(Fixes))]
    public async Task Fixed_mistake_is_gone_and_the_project_builds(string id, string fix)
    {
        var document = examples.Empty.With(id, Mistakes.FileFor(id, fix));
        var diagnostic = Assert.Single(await document.Project.DiagnoseAsync(), said => said.Id == id);
        var actions = await OfferAsync(document, diagnostic, document.Project.Fixes().Single(provider => provider.GetType().Name == fix));
        Assert.NotEmpty(actions);

        foreach (var action in actions)
        {
            var operation = Assert.Single(await action.GetOperationsAsync(default));
            var changed = Assert.IsType<ApplyChangesOperation>(operation).ChangedSolution.GetDocument(document.Id)!;
            Assert.NotEqual((await document.GetTextAsync()).ToString(), (await changed.GetTextAsync()).ToString());

            Assert.Empty((await changed.Project.DiagnoseAsync()).Where(said => said.Severity >= DiagnosticSeverity.Warning || said.Id == id));
            var built = (await changed.Project.GetCompilationAsync())!.Emit(Stream.Null);
            Assert.True(built.Success, $"{action.Title}: {string.Join('\n', built.Diagnostics)}");
        }
    }

    private static async Task<List<CodeAction>> OfferAsync(Document document, Diagnostic diagnostic, CodeFixProvider provider)
    {
        var actions = new List<CodeAction>();
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), default));
        return actions;
    }
}
