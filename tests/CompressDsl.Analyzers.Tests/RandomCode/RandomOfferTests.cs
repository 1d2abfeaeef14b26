using CompressDsl.CodeFixes;
using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Refactorings over programs that nobody thought of: whatever they offer can be taken.</summary>
/// <remarks>Seeds from 0 on, 4 of them, without attributes; the environment variable <c>CsCheck_Iter</c> asks for more.</remarks>
public class RandomOfferTests
{
    private static readonly int Count = Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? 4 : (int)Check.Iter;

    [Fact]
    public async Task Whatever_is_offered_can_be_taken()
    {
        var taken = 0;

        for (var seed = 0; seed < Count; seed++)
        {
            var solution = Consumer.CreateSolution(withUsings: true, RandomProgram.Write((ulong)seed, isAnnotated: false));
            var document = solution.Projects.Single().Documents.First();
            var root = (await document.GetSyntaxRootAsync())!;

            foreach (var declaration in root.DescendantNodes().OfType<ClassDeclarationSyntax>())
            {
                foreach (var action in await OfferAsync(document, declaration.Identifier.Span))
                {
                    await TakeAsync(action);
                    taken++;
                }
            }
        }

        Assert.InRange(taken, Count, int.MaxValue);
    }

    private static async Task<IEnumerable<CodeAction>> OfferAsync(Document document, TextSpan caret)
    {
        var menus = new List<CodeAction>();

        foreach (var refactoring in new CodeRefactoringProvider[] { new AnnotateForPruning(), new MakeStudent() })
        {
            await refactoring.ComputeRefactoringsAsync(new CodeRefactoringContext(document, caret, menus.Add, default));
        }

        // One teacher is like another.
        return menus.SelectMany(static menu => menu.NestedActions.Take(5));
    }

    private static async Task TakeAsync(CodeAction action)
    {
        var solution = (await action.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution;
        var project = solution.Projects.Single();
        var compilation = Generated.AddTo((await project.GetCompilationAsync())!, out var run);
        var wrong = Consumer.FindErrors(compilation)
            .Concat((await Consumer.AnalyzeAsync(compilation)).Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || diagnostic.Id == "AD0001"))
            .ToArray();

        Assert.True(
            wrong.Length == 0 && run.Exception is null && run.GeneratedSources.Length > 0,
            $"'{action.Title}' leaves {string.Join('\n', wrong.AsEnumerable())} {run.Exception}\n{await project.Documents.First().GetTextAsync()}");
    }
}
