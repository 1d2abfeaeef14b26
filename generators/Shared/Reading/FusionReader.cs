using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>
/// Finds the activations in the source of a class whose argument is, as it is written, the call of a <c>SparseLinear</c>:
/// <c>functional.silu(gate.call(x))</c>, <c>up.call(x).relu()</c>.
/// </summary>
internal static class FusionReader
{
    private static readonly ImmutableHashSet<string> Activations = ["relu", "relu_", "silu", "silu_", "gelu", "gelu_"];

    /// <summary>What can be fused in a class; null where nothing can.</summary>
    public static FusionModel? Read(TypeModel model, INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var calls = type.DeclaringSyntaxReferences
            .OrderBy(static reference => reference.SyntaxTree.FilePath, StringComparer.Ordinal)
            .ThenBy(static reference => reference.Span.Start)
            .SelectMany(reference => Read(reference.GetSyntax(token), compilation.GetSemanticModel(reference.SyntaxTree), token))
            .ToEquatableArray();

        return calls.Count == 0 ? null : new FusionModel(model, calls);
    }

    private static IEnumerable<ReplacedCallModel> Read(SyntaxNode declaration, SemanticModel semantics, CancellationToken token)
    {
        // A class inside of this one is read by itself, where it is annotated.
        foreach (var syntax in declaration.DescendantNodes(node => node == declaration || node is not BaseTypeDeclarationSyntax).OfType<InvocationExpressionSyntax>())
        {
            if (Activations.Contains(NameOf(syntax)) && semantics.GetOperation(syntax, token) is IInvocationOperation activation && KindOf(activation) is { } kind)
            {
                var name = activation.TargetMethod.Name;
                var layers = LayersIn(activation.Instance ?? activation.Arguments.First(static argument => argument.Parameter?.Ordinal == 0).Value)
                    .Select(layer => Replace(layer, ReplacedCallKind.Layer, name.TrimEnd('_'), semantics, token))
                    .ToArray();
                ReplacedCallModel?[] pair = [Replace(activation, kind, name, semantics, token), .. layers];

                // All of them or none.
                if (layers.Length > 0 && pair.All(static call => call is not null))
                {
                    foreach (var call in pair)
                    {
                        yield return call!;
                    }
                }
            }
        }
    }

    /// <summary>The name of the method that is called, as it is written.</summary>
    public static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => "",
    };

    private static ReplacedCallKind? KindOf(IInvocationOperation activation) => activation.TargetMethod switch
    {
        { Parameters: [], ContainingType: var type } when type.HasMetadataName(KnownNames.Tensor) => ReplacedCallKind.Method,
        { Parameters: [{ } x], ContainingType: var type } when IsTensor(x) && type.HasMetadataName(KnownNames.Functional) => ReplacedCallKind.Function,
        { Parameters: [{ } x, { Type.SpecialType: SpecialType.System_Boolean }], ContainingType: var type }
            when IsTensor(x) && type.HasMetadataName(KnownNames.Functional) => ReplacedCallKind.FunctionInPlace,
        _ => null,
    };

    private static bool IsTensor(IParameterSymbol parameter) => parameter.Type.HasMetadataName(KnownNames.Tensor);

    /// <summary>The calls of sparse layers whose results an expression may have as its value, unchanged.</summary>
    private static IEnumerable<IInvocationOperation> LayersIn(IOperation? value) => value switch
    {
        IInvocationOperation { TargetMethod.Name: "call", Instance.Type: { } type } call when type.HasMetadataName(KnownNames.SparseLinear) => [call],
        IConditionalOperation choice => [.. LayersIn(choice.WhenTrue), .. LayersIn(choice.WhenFalse)],
        IConditionalAccessOperation access => LayersIn(access.WhenNotNull),
        _ => [],
    };

    private static ReplacedCallModel? Replace(IInvocationOperation call, ReplacedCallKind kind, string method, SemanticModel semantics, CancellationToken token)
        => call.Syntax is InvocationExpressionSyntax syntax && semantics.GetInterceptableLocation(syntax, token) is { } place
            ? new ReplacedCallModel(kind, method, place.Version, place.Data, PositionOf(syntax))
            : null;

    /// <summary>Line and column of a call, from 1.</summary>
    public static string PositionOf(InvocationExpressionSyntax call)
    {
        var start = call.GetLocation().GetLineSpan().StartLinePosition;

        return $"{start.Line + 1},{start.Character + 1}";
    }
}
