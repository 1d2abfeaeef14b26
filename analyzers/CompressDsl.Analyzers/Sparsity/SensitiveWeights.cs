using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>Weights of which zeros cost more than they save.</summary>
internal static class SensitiveWeights
{
    /// <summary>What a member holds, in words; null where it is a weight like others.</summary>
    public static string? Describe(ISymbol member, Compilation compilation, CancellationToken token)
    {
        var type = MemberReader.TypeOf(member);

        return MemberTypes.IsLookupLayer(type) ? "an embedding: a look-up reads one row, and zeros in it save no time"
            : MemberTypes.IsMatrixLayer(type) && IsTied(member, compilation, token) ? "a head that shares its weight with an embedding: every token reads what is taken from it twice"
            : type.HasMetadataName(KnownNames.Parameter) && IsNormalisation(member.ContainingType) ? "the weight of a normalisation: one number for every channel, and zero switches the channel off"
            : null;
    }

    /// <summary>Whether the class gives a layer the weight of something else, or something else that of the layer.</summary>
    private static bool IsTied(ISymbol member, Compilation compilation, CancellationToken token)
    {
        return WrittenCode.FindAssignments(member.ContainingType, compilation, token)
            .Any(assignment => OwnerOf(assignment.Left) is { } left && OwnerOf(assignment.Right) is { } right && Is(left) != Is(right));

        bool Is(ExpressionSyntax owner)
            => compilation.GetSemanticModel(owner.SyntaxTree).GetSymbolInfo(owner, token).Symbol is { } symbol && SymbolEqualityComparer.Default.Equals(symbol.OriginalDefinition, member.OriginalDefinition);
    }

    private static bool IsNormalisation(INamedTypeSymbol type) => type.Name.EndsWith("Norm", StringComparison.OrdinalIgnoreCase) || type.Name.EndsWith("Normalization", StringComparison.OrdinalIgnoreCase);

    /// <summary>The layer whose weight an expression is.</summary>
    private static ExpressionSyntax? OwnerOf(ExpressionSyntax expression) => expression switch
    {
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => OwnerOf(suppressed.Operand),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "weight", Expression: var owner } => owner,
        _ => null,
    };
}
