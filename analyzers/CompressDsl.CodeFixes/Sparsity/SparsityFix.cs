using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.CodeFixes;

/// <summary>A way out of a rule about sparsity that buys nothing: changes the attribute, and the layers that it reaches.</summary>
public abstract class SparsityFix : EditingFix
{
    private protected SparsityFix(params string[] ids) => FixableDiagnosticIds = [.. ids];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

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
