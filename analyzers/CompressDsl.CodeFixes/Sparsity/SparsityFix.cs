using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.CodeFixes;

/// <summary>One of the three ways out of CDSL2001.</summary>
public abstract class SparsityFix : EditingFix
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds => ["CDSL2001"];

    internal sealed override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        if (await AnnotatedSyntax.FindAsync(document, diagnostic, token).ConfigureAwait(false) is not { } annotated)
        {
            return [];
        }

        var edits = new EditList(document.Project);
        return FindTitle(annotated, edits, token) is { } title ? [new Remedy(title, GetType().Name, edits.ToImmutable())] : [];
    }

    /// <summary>Says what changes, and gives the title under which it is offered; null where it cannot be done safely.</summary>
    internal abstract string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token);
}
