using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL5009: compares relations, which need no equal head counts; where both sides have layers for queries, keys and values.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseRelation)), Shared]
public sealed class UseRelation : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL5009"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        if (await AnnotatedSyntax.FindAsync(document, diagnostic, token).ConfigureAwait(false) is not { } annotated || !HasVectors(annotated, token))
        {
            return [];
        }

        var edits = new EditList(document.Project);
        edits.SetNamed(annotated.Attribute, "Loss", edits.Name("AttentionLoss", annotated.Model, annotated.Attribute.ArgumentList!.SpanStart) + ".Relation");

        return [new Remedy("Use AttentionLoss.Relation", nameof(UseRelation), edits.ToImmutable())];
    }

    private static bool HasVectors(AnnotatedSyntax annotated, CancellationToken token)
    {
        var (student, compilation) = (annotated.Symbol.ContainingType, annotated.Model.Compilation);
        var attribute = annotated.Symbol.GetAttributes().FirstOrDefault(attribute => attribute.ApplicationSyntaxReference?.GetSyntax(token) == annotated.Attribute);
        var teacher = attribute?.Named<INamedTypeSymbol?>("Teacher", null) ?? MatchReader.TeachersOf(student).FirstOrDefault();
        var paths = new MemberPath(compilation, student);

        return attribute is not null && teacher is not null && Has(student, annotated.Symbol.Name) && Has(teacher, attribute.Positional(0, ""));

        bool Has(INamedTypeSymbol model, string member)
            => CapturedReader.Read(MatchKind.Relation, model, member, paths, compilation, token, out _) is not null;
    }
}
