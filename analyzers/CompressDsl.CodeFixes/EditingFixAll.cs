using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>Makes one kind of remedy for every diagnostic in a document, a project or the solution.</summary>
internal sealed class EditingFixAll : FixAllProvider
{
    public static readonly EditingFixAll Instance = new();

    /// <inheritdoc/>
    public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
    {
        var edits = new HashSet<Edit>();
        var title = "";

        foreach (var diagnostic in await FindDiagnosticsAsync(context).ConfigureAwait(false))
        {
            var remedy = await FindRemedyAsync(context, diagnostic).ConfigureAwait(false);

            // A remedy that changes what another one has changed already is left for the next time.
            if (remedy is not null && !remedy.Edits.Any(edit => edits.Any(edit.ConflictsWith)))
            {
                title = remedy.Title;
                edits.UnionWith(remedy.Edits);
            }
        }

        return edits.Count == 0 ? null
            : CodeAction.Create(title, token => EditingFix.ApplyAsync(context.Solution, edits, token), context.CodeActionEquivalenceKey);
    }

    private static async Task<Remedy?> FindRemedyAsync(FixAllContext context, Diagnostic diagnostic)
    {
        if (context.Solution.GetDocument(diagnostic.Location.SourceTree) is not { } document)
        {
            return null;
        }

        var fix = (EditingFix)context.CodeFixProvider;
        var remedies = await fix.FindRemediesAsync(document, diagnostic, context.CancellationToken).ConfigureAwait(false);

        return remedies.FirstOrDefault(remedy => remedy.Key == context.CodeActionEquivalenceKey);
    }

    private static async Task<ImmutableArray<Diagnostic>> FindDiagnosticsAsync(FixAllContext context)
    {
        if (context is { Scope: FixAllScope.Document, Document: { } document })
        {
            return await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false);
        }

        var projects = context.Scope == FixAllScope.Solution ? context.Solution.Projects : [context.Project];
        var found = await Task.WhenAll(projects.Select(context.GetAllDiagnosticsAsync)).ConfigureAwait(false);

        return found.SelectMany(static diagnostics => diagnostics).ToImmutableArray();
    }
}
