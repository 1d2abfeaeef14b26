using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL1006: keeps one of the sparsity attributes of a class or member and removes the others.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepOneAttribute)), Shared]
public sealed class KeepOneAttribute : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL1006"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        if (await AnnotatedSyntax.FindAsync(document, diagnostic, token).ConfigureAwait(false) is not { } annotated)
        {
            return [];
        }

        var attributes = Annotations.Sparsity(annotated.Symbol)
            .Select(data => (AttributeSyntax?)data.ApplicationSyntaxReference?.GetSyntax(token))
            .OfType<AttributeSyntax>()
            .ToArray();

        return attributes
            .Select(kept => new Remedy(
                $"Keep [{kept}]",
                $"{nameof(KeepOneAttribute)} {kept.Name}",
                AttributeRemoval.Remove(document.Project, attributes.Where(other => other != kept))))
            .ToImmutableArray();
    }
}
