using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>
/// Finds the calls that make attention maps, in the source of a class and of the modules that it holds: softmax, and
/// scaled_dot_product_attention.
/// </summary>
internal static class AttentionCalls
{
    private const int Deepest = 3;

    /// <summary>The calls, in the order of the members that hold what makes them; none for what this compilation has no source of.</summary>
    public static IEnumerable<AttentionCallModel> In(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var found = new List<AttentionCallModel>();
        Collect(type, depth: 0);

        return found;

        void Collect(ITypeSymbol held, int depth)
        {
            foreach (var candidate in held.SelfAndBases())
            {
                if (depth > Deepest || MemberTypes.IsTorchSharpLayer(candidate) || candidate.HasMetadataName(KnownNames.Module) || !seen.Add(candidate.OriginalDefinition))
                {
                    return;
                }

                foreach (var declaration in WrittenCode.Of(candidate, compilation, token))
                {
                    found.AddRange(Read(declaration, compilation.GetSemanticModel(declaration.SyntaxTree), token));
                }

                foreach (var member in Annotations.Members(candidate).Where(static member => !member.IsStatic))
                {
                    var type = MemberReader.TypeOf(member);
                    type = ChildReader.ElementOfModuleList(type) ?? type;

                    if (type.IsModule())
                    {
                        Collect(type, depth + 1);
                    }
                }
            }
        }
    }

    private static IEnumerable<AttentionCallModel> Read(SyntaxNode declaration, SemanticModel semantics, CancellationToken token)
    {
        foreach (var syntax in declaration.DescendantNodes(node => node == declaration || node is not BaseTypeDeclarationSyntax).OfType<InvocationExpressionSyntax>())
        {
            if (FusionReader.NameOf(syntax) is "softmax" or "call" or "scaled_dot_product_attention"
                && semantics.GetOperation(syntax, token) is IInvocationOperation call
                && KindOf(call) is { } kind
                && semantics.GetInterceptableLocation(syntax, token) is { } place)
            {
                yield return new AttentionCallModel(kind, place.Version, place.Data, FusionReader.PositionOf(syntax));
            }
        }
    }

    private static AttentionCallKind? KindOf(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "call" } when call.Instance?.Type is { } layer && layer.HasMetadataName(KnownNames.SoftmaxLayer) => AttentionCallKind.Layer,
        { Name: "scaled_dot_product_attention", Parameters.Length: 6, ContainingType: var type } when type.HasMetadataName(KnownNames.Functional) => AttentionCallKind.Attention,
        { Name: "softmax", Parameters.Length: 2, ContainingType: var type } when type.HasMetadataName(KnownNames.Tensor) => AttentionCallKind.Method,
        { Name: "softmax", Parameters.Length: 3, ContainingType: var type } when type.HasMetadataName(KnownNames.Functional) => AttentionCallKind.Function,
        { Name: "softmax", Parameters.Length: 3, ContainingType: var type } when type.HasMetadataName(KnownNames.Special) => AttentionCallKind.SpecialFunction,
        { Name: "softmax", Parameters: [_, { Type.SpecialType: SpecialType.System_Int32 }, _], ContainingType: var type } when type.HasMetadataName(KnownNames.Torch) => AttentionCallKind.TorchFunction,
        _ => null,
    };
}
