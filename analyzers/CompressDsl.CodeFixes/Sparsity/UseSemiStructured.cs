using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2001: two of every four neighbours, the pattern that hardware multiplies faster.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseSemiStructured)), Shared]
public sealed class UseSemiStructured : SparsityFix
{
    internal override string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token)
    {
        if (!FindLayers(annotated.Symbol).All(layer => CanFollow(layer, annotated.Model.Compilation, token)))
        {
            return null;
        }

        var attribute = annotated.Attribute;
        var criterion = attribute.ArgumentList!.Arguments
            .FirstOrDefault(static argument => argument.NameEquals?.Name.Identifier.ValueText == "Criterion");

        edits.Replace(attribute.Name, NameFor(attribute.Name, annotated.Model, edits));
        edits.Replace(attribute.ArgumentList, criterion is null ? "(2, 4)" : $"(2, 4, {criterion})");
        return "Use [SemiStructured(2, 4)]";
    }

    /// <summary>The members whose weights are meant, as far as they are members of this class.</summary>
    private static IEnumerable<ISymbol> FindLayers(ISymbol annotated) => annotated is not INamedTypeSymbol type ? [annotated]
        : Annotations.Members(type)
            .Where(static member => Annotations.Sparsity(member).IsEmpty && MemberTypes.IsMatrixLayer(MemberReader.TypeOf(member)));

    // Groups of four along the input: of a linear layer, and not of one whose input is known not to consist of them.
    private static bool CanFollow(ISymbol member, Compilation compilation, CancellationToken token)
    {
        var type = MemberReader.TypeOf(member);

        return MemberTypes.IsMatrixLayer(type)
            ? MemberTypes.IsLinear(type) && LayerSizes.FindInputs(member, compilation, token).All(static input => input % 4 == 0)
            : type.IsModule() && !MemberTypes.IsLookupLayer(type);
    }

    private static string NameFor(NameSyntax written, SemanticModel model, EditList edits) => written switch
    {
        IdentifierNameSyntax { Identifier.ValueText: "Sparsity" or "BlockSparsity" } => edits.Name("SemiStructuredAttribute", model, written.SpanStart) is var name
            ? name.Substring(0, name.Length - "Attribute".Length)
            : "",
        QualifiedNameSyntax qualified => $"{qualified.Left}.SemiStructured",
        _ => "global::CompressDsl.SemiStructured",
    };
}
