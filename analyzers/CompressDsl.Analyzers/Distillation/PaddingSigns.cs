using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>Tells from the code whether the batches of a student are padded, and who says where.</summary>
internal static class PaddingSigns
{
    /// <summary>Whether forward takes what the generated code knows for the places that are no padding.</summary>
    public static bool TakesAttentionMask(ForwardSignature forward) => forward.Names.Any(static name => Plain(name) == "attentionmask");

    /// <summary>What shows that batches are padded, in words; null where nothing does.</summary>
    public static string? Find(StudentSite site, ForwardSignature forward)
        => forward.Names.Where((name, index) => forward.Inputs[index].HasMetadataName(KnownNames.Tensor) && IsMask(name)).Select(static name => $"forward takes '{name}'").FirstOrDefault()
            ?? Annotations.Members(site.Type).Where(member => HasPadding(site, member)).Select(static member => $"'{member.Name}' has a token for padding").FirstOrDefault();

    /// <summary>Whether some code hands <c>Compute</c> the mask that the generated class asks for beside the inputs.</summary>
    public static bool IsMaskHandedOver(StudentSite site)
        => site.Compilation.SyntaxTrees
            .SelectMany(tree => tree.GetRoot(site.Token).DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Where(static call => FusionReader.NameOf(call) == "Compute")
            .Any(call => site.Compilation.GetSemanticModel(call.SyntaxTree).GetSymbolInfo(call, site.Token).Symbol is IMethodSymbol method
                && method.ContainingType.Name == site.Type.Name + "Distillation"
                && method.Parameters.FirstOrDefault(static parameter => Plain(parameter.Name).StartsWith("attentionmask", StringComparison.Ordinal)) is { } mask
                && call.ArgumentList.Arguments.Where((argument, index) => argument.NameColon is { } named ? named.Name.Identifier.ValueText == mask.Name : index == mask.Ordinal).Any());

    private static bool HasPadding(StudentSite site, ISymbol member)
        => MemberReader.TypeOf(member).HasMetadataName(KnownNames.Embedding)
            && Creations.Find(member, site.Compilation, site.Token)
                .Any(static creation => creation?.Argument("padding_idx") is { } and not LiteralExpressionSyntax { Token.Value: null });

    private static bool IsMask(string name) => Plain(name) is "mask" or "paddingmask" or "padmask" or "keypaddingmask" or "srckeypaddingmask";

    private static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();
}
