using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Tells what a member holds from its type.</summary>
internal static class MemberTypes
{
    /// <summary>What a member of this type is to the language; null where the language has nothing to do with it.</summary>
    /// <param name="type">The type of the member.</param>
    /// <param name="isAnnotated">Whether the member carries a sparsity attribute.</param>
    /// <param name="isDense">Whether that attribute is <c>[KeepDense]</c>, which may stand on any module.</param>
    /// <param name="hasClassRule">Whether the class carries a sparsity attribute, which reaches its layers.</param>
    public static MemberKind? Classify(ITypeSymbol type, bool isAnnotated, bool isDense, bool hasClassRule)
    {
        if (IsMatrixLayer(type))
        {
            return isAnnotated || hasClassRule ? MemberKind.Layer : null;
        }

        if (IsLookupLayer(type))
        {
            return isAnnotated ? MemberKind.Layer : null;
        }

        if (type.HasMetadataName(KnownNames.Parameter))
        {
            return isAnnotated ? MemberKind.Parameter : null;
        }

        if (ChildReader.IsAnnotatedClass(type))
        {
            return MemberKind.Child;
        }

        if (ChildReader.ElementOfModuleList(type) is { } element && ChildReader.IsAnnotatedClass(element))
        {
            return MemberKind.ChildList;
        }

        return isAnnotated && type.IsModule() && (isDense || CanHoldWeights(type)) ? MemberKind.Group : null;
    }

    /// <summary>Whether a type is a layer that a class-level attribute reaches.</summary>
    public static bool IsMatrixLayer(ITypeSymbol type) => IsAny(type, KnownNames.MatrixLayers);

    /// <summary>Whether a type is a layer that only an attribute of its own reaches.</summary>
    public static bool IsLookupLayer(ITypeSymbol type) => IsAny(type, KnownNames.LookupLayers);

    /// <summary>Whether a type is a linear layer, whatever its storage.</summary>
    public static bool IsLinear(ITypeSymbol type) => type.HasMetadataName(KnownNames.Linear) || type.HasMetadataName(KnownNames.SparseLinear);

    /// <summary>Whether a type is a list of blocks: a <c>ModuleList</c>, or one of the <c>Sequential</c>s.</summary>
    public static bool IsBlockList(ITypeSymbol type)
        => ChildReader.ElementOfModuleList(type) is not null
            || type.SelfAndBases().Any(static candidate => candidate.Name == "Sequential" && IsTorchSharpLayer(candidate));

    /// <summary>Whether a type is one of TorchSharp's layers, or ours, that have something for every channel.</summary>
    public static bool IsLayerWithChannels(ITypeSymbol type)
        => type.HasMetadataName(KnownNames.SparseLinear) || (IsTorchSharpLayer(type) && KnownNames.LayersWithChannels.Contains(type.Name));

    /// <summary>Whether below a module may be something that has something for every channel.</summary>
    public static bool CanHoldChannels(ITypeSymbol type) => CanHoldWeights(type);

    /// <summary>Whether a rule is about the inputs of a layer, which not every layer lets be seen.</summary>
    public static bool LooksAtInputs(RuleModel rule) => rule.Criterion is "Wanda" or "SparseGpt" or "Alps";

    /// <summary>Whether a type is a layer whose inputs, as its weight meets them, can be seen.</summary>
    public static bool ShowsInputs(ITypeSymbol type) => IsAny(type, KnownNames.LayersWithInputs);

    /// <summary>What the attribute of a rule that looks at inputs may stand on, in words.</summary>
    public static string DescribeAllowed(RuleModel rule)
        => $"a layer whose inputs Criterion.{rule.Criterion} can look at (Linear, SparseLinear, Conv1d/2d), or a module that holds such layers";

    /// <summary>What an attribute may stand on, in words.</summary>
    public static string DescribeAllowed(AttributeData attribute)
        => attribute.AttributeClass.HasMetadataName(KnownNames.KeepDenseAttribute)
            ? "a module or a Parameter"
            : "a layer with a prunable weight (Linear, SparseLinear, Conv1d/2d/3d, ConvTranspose1d/2d/3d, Embedding), a Parameter, "
                + "or a module that holds such layers";

    /// <summary>
    /// Whether a module can hold prunable weights below: containers can, and what others wrote; TorchSharp's own other layers have none.
    /// </summary>
    private static bool CanHoldWeights(ITypeSymbol type)
        => !IsTorchSharpLayer(type)
            || type is ITypeParameterSymbol
            || type.Name is "Sequential" or "ModuleList" or "ModuleDict";

    /// <summary>Whether a type is one of TorchSharp's own modules.</summary>
    public static bool IsTorchSharpLayer(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() == KnownNames.Layers;

    private static bool IsAny(ITypeSymbol type, string[] metadataNames) => metadataNames.Any(name => type.HasMetadataName(name));
}
