using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL1006: keeps one of the attributes of a class or member and removes what it cannot stand beside.</summary>
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

        var rules = Annotations.Sparsity(annotated.Symbol);
        var structures = Annotations.Structure(annotated.Symbol);

        // A structure attribute is in nobody's way but that of [KeepDense].
        return rules.Concat(structures.Where(structure => SyntaxOf(structure) == annotated.Attribute))
            .Select(kept => (Data: kept, Syntax: SyntaxOf(kept)))
            .Where(static kept => kept.Syntax is not null)
            .Select(kept => new Remedy(
                $"Keep [{kept.Syntax}]",
                $"{nameof(KeepOneAttribute)} {kept.Syntax!.Name}",
                AttributeRemoval.Remove(document.Project, FindOthers(kept.Data).Select(SyntaxOf).OfType<AttributeSyntax>())))
            .ToImmutableArray();

        AttributeSyntax? SyntaxOf(AttributeData attribute) => (AttributeSyntax?)attribute.ApplicationSyntaxReference?.GetSyntax(token);

        // A schedule stays with whatever is pruned by it.
        IEnumerable<AttributeData> FindOthers(AttributeData kept)
            => structures.Contains(kept) ? rules.Where(IsDense)
                : !IsDense(kept) ? rules.Remove(kept)
                : rules.Remove(kept).Concat(structures).Concat(Annotations.Gradual(annotated.Symbol) is { } schedule ? [schedule] : []);
    }

    private static bool IsDense(AttributeData attribute) => attribute.AttributeClass.HasMetadataName(KnownNames.KeepDenseAttribute);
}
