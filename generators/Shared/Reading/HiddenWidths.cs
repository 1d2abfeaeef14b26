using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>How wide the hidden states are that a member of a model puts out, where the code says it; what it does not say shows the first batch.</summary>
/// <param name="compilation">The compilation whose source is read.</param>
/// <param name="token">Cancels the reading.</param>
internal sealed class HiddenWidths(Compilation compilation, CancellationToken token)
{
    private const int Deepest = 4;

    private readonly HeldNumbers numbers = new(compilation, token);

    /// <summary>The width, or null.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The path of the member in it.</param>
    public long? Read(INamedTypeSymbol model, string path) => HeldNumbers.FindMembers(model, path) is { } way ? Read(way, depth: 0) : null;

    private long? Read(ImmutableArray<ISymbol> way, int depth)
    {
        var (member, type) = (way.Last(), HeldNumbers.HeldBy(way.Last()));

        if (SizeOf(type) is { } parameter)
        {
            return numbers.ReadLayer(member, parameter, way.RemoveAt(way.Length - 1));
        }

        return depth < Deepest
            && type is INamedTypeSymbol named
            && OutputWidth.FindResults(named, compilation, token).Select(result => Read(result, way, depth)).Distinct().Take(2).ToArray() is [var only] ? only : null;
    }

    /// <summary>The width of what an expression in the forward of the last module of a way gives.</summary>
    private long? Read(ExpressionSyntax result, ImmutableArray<ISymbol> way, int depth) => result switch
    {
        ParenthesizedExpressionSyntax { Expression: var inner } => Read(inner, way, depth),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => Read(sum.Left, way, depth) ?? Read(sum.Right, way, depth),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call => access.Name.Identifier.ValueText switch
        {
            "MoveToOuterDisposeScope" or "DetachFromDisposeScope" => Read(access.Expression, way, depth),
            "call" when MemberOf(access.Expression) is { } member => IsDropout(member) && call.ArgumentList.Arguments is [var only]
                ? Read(only.Expression, way, depth)
                : Read(way.Add(member), depth + 1),
            _ => null,
        },
        _ => null,
    };

    private ISymbol? MemberOf(ExpressionSyntax expression)
        => compilation.GetSemanticModel(expression.SyntaxTree).GetSymbolInfo(expression, token).Symbol is { IsStatic: false } member and (IFieldSymbol or IPropertySymbol) ? member : null;

    private static bool IsDropout(ISymbol member) => MemberReader.TypeOf(member) is { Name: "Dropout" } type && MemberTypes.IsTorchSharpLayer(type);

    /// <summary>What the factory of a layer calls the width of what the layer puts out; null for other layers.</summary>
    private static string? SizeOf(ITypeSymbol type)
        => MemberTypes.IsLinear(type) ? "outputSize"
            : type.HasMetadataName(KnownNames.LayerNorm) ? "normalized_shape"
            : type.HasMetadataName(KnownNames.Embedding) ? "embedding_dims"
            : null;
}
