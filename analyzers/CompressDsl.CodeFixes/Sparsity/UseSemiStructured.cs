using System.Composition;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>
/// CDSL2001, CDSL2002: two of every four neighbours, which a kernel and hardware of its own multiply faster; with that kernel where the layers can take it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseSemiStructured)), Shared]
public sealed class UseSemiStructured() : SparsityFix("CDSL2001", "CDSL2002")
{
    private const string Kernel = "SemiStructured";

    internal override string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token)
    {
        if (annotated.ReadRule(token) is not { } rule || !annotated.Symbols.SelectMany(FindLayers).All(layer => CanFollow(layer, annotated.Model.Compilation, token)))
        {
            return null;
        }

        var attribute = annotated.Attribute;
        var arguments = attribute.ArgumentList!.Arguments
            .Where(static argument => argument.NameEquals?.Name.Identifier.ValueText is "Criterion")
            .Select(static argument => argument.ToString());
        var changed = rule with { Pattern = PatternKind.SemiStructured, N = 2, M = 4, Kernel = Kernel };
        var change = new SparseLinearChange(annotated, changed, token) is { IsPossible: true } possible ? possible : null;

        if (change is not null)
        {
            change.ChangeLayers(edits);
            arguments = arguments.Append($"Kernel = {annotated.NameKernel(Kernel, edits)}");
        }

        edits.Replace(attribute.Name, NameFor(attribute.Name, annotated.Model, edits));
        edits.Replace(attribute.ArgumentList, $"({string.Join(", ", arguments.Prepend("4").Prepend("2"))})");
        return change is { ChangesTypes: true } ? "Use SparseLinear with [SemiStructured(2, 4)]" : "Use [SemiStructured(2, 4)]";
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
        IdentifierNameSyntax { Identifier.ValueText: "SemiStructured" } => "SemiStructured",
        IdentifierNameSyntax { Identifier.ValueText: "Sparsity" or "BlockSparsity" } => edits.NameAttribute("SemiStructured", model, written.SpanStart),
        QualifiedNameSyntax qualified => $"{qualified.Left}.SemiStructured",
        _ => "global::CompressDsl.SemiStructured",
    };
}
