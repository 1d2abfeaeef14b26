using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.CodeFixes;

/// <summary>A fix that says which text it changes, so that many of them can be made at once without knowing of each other.</summary>
public abstract class EditingFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => EditingFixAll.Instance;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var solution = context.Document.Project.Solution;

        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var remedy in await FindRemediesAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(remedy.Title, token => ApplyAsync(solution, remedy.Edits, token), remedy.Key),
                    diagnostic);
            }
        }
    }

    /// <summary>The ways to be rid of a diagnostic; none where a machine cannot be sure.</summary>
    internal abstract Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token);

    /// <summary>Makes edits that do not conflict; the same one twice is made once.</summary>
    internal static async Task<Solution> ApplyAsync(Solution solution, IEnumerable<Edit> edits, CancellationToken token)
    {
        foreach (var document in edits.Distinct().GroupBy(static edit => edit.Document))
        {
            var text = await solution.GetDocument(document.Key)!.GetTextAsync(token).ConfigureAwait(false);
            var changes = document.OrderBy(static edit => edit.Span.Start).Select(static edit => new TextChange(edit.Span, edit.NewText));
            solution = solution.WithDocumentText(document.Key, text.WithChanges(changes));
        }

        return solution;
    }
}
