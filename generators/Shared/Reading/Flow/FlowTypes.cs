using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>What the types of a forward become in its channel flow.</summary>
internal static class FlowTypes
{
    public static FlowType Of(ITypeSymbol? type) => type switch
    {
        null => Simple(FlowKind.Nothing),
        _ when IsTensor(type) => FlowType.Shape,
        _ when IsInteger(type) => Simple(FlowKind.Size),
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => Of(nullable.TypeArguments[0]) is { Kind: FlowKind.Size }
            ? Simple(FlowKind.Size)
            : HoldsTensors(nullable.TypeArguments[0]) ? Simple(FlowKind.Nothing) : Value(type),
        INamedTypeSymbol { IsTupleType: true } tuple => new FlowType(
            FlowKind.Tuple, tuple.TupleElements.Select(static element => Of(element.Type)).ToEquatableArray(), ""),
        INamedTypeSymbol { Name: "Tuple", ContainingNamespace.Name: "System", TypeArguments: { Length: > 1 } items } => new FlowType(
            FlowKind.Tuple, items.Select(Of).ToEquatableArray(), ""),
        _ when ElementOf(type) is { } element && IsTensor(element) => new FlowType(FlowKind.Shapes, [], ContainerOf(type)),
        _ when ElementOf(type) is { } element && IsInteger(element) => Simple(FlowKind.Sizes),
        _ when IsNothing(type) => Simple(FlowKind.Nothing),
        _ => Value(type),
    };

    // A tuple that may be missing: what it holds is not followed.
    private static bool HoldsTensors(ITypeSymbol type) => Of(type) is { Kind: FlowKind.Tuple };

    public static bool IsTensor(ITypeSymbol? type) => type?.SelfAndBases().Any(static candidate => candidate.HasMetadataName(KnownNames.Tensor)) == true;

    public static bool IsInteger(ITypeSymbol type) => type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16
        or SpecialType.System_UInt32 or SpecialType.System_UInt64 or SpecialType.System_UInt16 or SpecialType.System_Byte or SpecialType.System_SByte;

    /// <summary>The type of the items of an array, a span or anything that can be enumerated.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
        IArrayTypeSymbol => null,
        { SpecialType: SpecialType.System_String } => null,
        INamedTypeSymbol { IsGenericType: true, Name: "Span" or "ReadOnlySpan" or "IEnumerable" } named => named.TypeArguments[0],
        _ => type.AllInterfaces
            .FirstOrDefault(static candidate => candidate.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
            ?.TypeArguments[0],
    };

    // A list, stack or queue of tensors stays one, of shapes; everything else that holds some is an array.
    private static string ContainerOf(ITypeSymbol type)
        => type is INamedTypeSymbol { Arity: 1, Name: "List" or "Stack" or "Queue" } named ? named.Name : "";

    private static FlowType Simple(FlowKind kind) => new(kind, [], "");

    private static FlowType Value(ITypeSymbol type) => new(FlowKind.Value, [], type.ToSource());

    // Numbers that are no size, and what TorchSharp needs beside the data.
    private static bool IsNothing(ITypeSymbol type)
        => type.SpecialType is SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal or SpecialType.System_Void
            || type.Name is "Scalar" or "ScalarType" or "Device" or "DisposeScope" or "Generator" or "Half" or "BFloat16" or "DeviceType" or "AutoGradMode" or "Storage";
}
