using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL5007: says that a projection is meant.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SayProjection)), Shared]
public sealed class SayProjection : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL5007"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        if (await AnnotatedSyntax.FindAsync(document, diagnostic, token).ConfigureAwait(false) is not { } annotated)
        {
            return [];
        }

        var edits = new EditList(document.Project);
        edits.SetNamed(annotated.Attribute, "Projection", "true");

        return [new Remedy("Say Projection = true", nameof(SayProjection), edits.ToImmutable())];
    }
}
