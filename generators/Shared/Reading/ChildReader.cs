using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads a member that holds a module of an annotated class, from this compilation or another assembly.</summary>
internal static class ChildReader
{
    /// <summary>The class of the elements of a ModuleList, or null for any other type.</summary>
    public static ITypeSymbol? ElementOfModuleList(ITypeSymbol type)
        => type.SelfAndBases().FirstOrDefault(static candidate => candidate.OriginalDefinition.HasMetadataName(KnownNames.ModuleList))?.TypeArguments[0];

    /// <summary>Whether a type, or one that it derives from, has a <c>Compression</c>: made by the generator now, or in its own assembly before.</summary>
    public static bool IsAnnotatedClass(ITypeSymbol type) => AnnotatedBase(type) is not null || ImplementsCompressible(type);

    /// <summary>The nearest annotated class among a type and its bases, as far as the source or metadata show one.</summary>
    public static INamedTypeSymbol? AnnotatedBase(ITypeSymbol type)
        => type.SelfAndBases().FirstOrDefault(static candidate =>
            candidate.DeclaringSyntaxReferences.IsEmpty ? DeclaredCompression(candidate) is not null : Annotations.IsAnnotated(candidate.OriginalDefinition));

    /// <summary>The annotated class that a member of this type holds, one or a list of; null where it holds none.</summary>
    public static INamedTypeSymbol? AnnotatedHeld(ITypeSymbol memberType) => AnnotatedBase(ElementOfModuleList(memberType) ?? memberType);

    /// <summary>The compression type of an annotated class, fully qualified.</summary>
    public static string CompressionOf(INamedTypeSymbol annotated) => Nested(annotated, "Compression");

    /// <summary>The name of the method that starts a capture of an annotated class; another one where the user has a member <c>Capture</c>.</summary>
    public static string CaptureMethodOf(INamedTypeSymbol annotated)
        => (annotated.DeclaringSyntaxReferences.IsEmpty
            ? annotated.GetTypeMembers(annotated.Name + "Compression").Any(static compression => !compression.GetMembers("StartCapture").IsEmpty)
            : annotated.GetMembers("Capture").Any(static member => member is IFieldSymbol or IPropertySymbol)) ? "StartCapture" : "Capture";

    public static ChildModel Read(ITypeSymbol memberType, INamedTypeSymbol holder)
    {
        var child = ElementOfModuleList(memberType) ?? memberType;
        var childType = child.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToSource();

        // What implements the interface by hand has no generated type: it is held as what it says it is.
        if (AnnotatedBase(child) is not { } annotated || !CanBeNamed(annotated, holder, out var isPublic))
        {
            return new ChildModel(childType, Compression: null, Capture: null, CaptureMethod: "", IsPublic: true);
        }

        return new ChildModel(childType, CompressionOf(annotated), Nested(annotated, "Capture"), CaptureMethodOf(annotated), isPublic);
    }

    // A property may not have a type that fewer can see than the property itself.
    private static bool CanBeNamed(INamedTypeSymbol child, INamedTypeSymbol holder, out bool isPublic)
    {
        var (childVisibility, holderVisibility) = (child.GetVisibility(), holder.GetVisibility());
        isPublic = childVisibility == Visibility.Public || holderVisibility != Visibility.Public;

        return childVisibility != Visibility.Restricted
            || (SymbolEqualityComparer.Default.Equals(child.ContainingType, holder.ContainingType) && child.DeclaredAccessibility == holder.DeclaredAccessibility);
    }

    private static string Nested(INamedTypeSymbol annotated, string suffix)
        => annotated.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToSource() + "." + annotated.Name + suffix;

    private static IPropertySymbol? DeclaredCompression(INamedTypeSymbol type)
        => type.GetMembers("Compression").OfType<IPropertySymbol>().FirstOrDefault(property => property.Type.Name == type.Name + "Compression");

    private static bool ImplementsCompressible(ITypeSymbol type)
        => type.AllInterfaces.Any(static candidate => candidate.HasMetadataName(KnownNames.Compressible));
}
