using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2007: <c>[KeepDense]</c> in place of the attribute on a member, or on a member that the attribute of its class reaches.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepItDense)), Shared]
public sealed class KeepItDense : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL2007"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        if (await AnnotatedSyntax.FindAsync(document, diagnostic, token).ConfigureAwait(false) is not { } annotated)
        {
            return [];
        }

        var edits = new EditList(document.Project);

        if (annotated.Symbol is not INamedTypeSymbol)
        {
            // What is kept dense follows no schedule, and loses no channels.
            if (Annotations.Gradual(annotated.Symbol) is not null || !Annotations.Structure(annotated.Symbol).IsEmpty)
            {
                return [];
            }

            edits.Replace(annotated.Attribute, edits.NameAttribute("KeepDense", annotated.Model, annotated.Attribute.SpanStart));
        }
        else if (diagnostic.AdditionalLocations is [{ SourceTree: { } tree, SourceSpan: var span }, ..]
            && (await tree.GetRootAsync(token).ConfigureAwait(false)).FindNode(span).FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
            && member is not FieldDeclarationSyntax { Declaration.Variables.Count: > 1 })
        {
            edits.Insert(tree, member.SpanStart, $"[{edits.NameAttribute("KeepDense", annotated.Model.Compilation.GetSemanticModel(tree), member.SpanStart)}]{TextLayout.Between(member)}");
        }
        else
        {
            return [];
        }

        return [new Remedy("Keep it dense", nameof(KeepItDense), edits.ToImmutable())];
    }
}
