using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>Reads where a class stands, and whether generated code can add to it (CDSL1001).</summary>
internal static class TypeReader
{
    public static TypeModel Read(INamedTypeSymbol type) => new(
        Namespace: type.ContainingNamespace is { IsGlobalNamespace: false } space ? EscapeNamespace(space) : "",
        Containers: type.ContainersAndSelf().Where(container => !SymbolEqualityComparer.Default.Equals(container, type)).Select(Declare).ToEquatableArray(),
        Declaration: Declare(type),
        FileStem: type.GetMetadataName(),
        IsSealed: type.IsSealed,
        IsPublic: type.GetVisibility() == Visibility.Public);

    /// <summary>CDSL1001: the class and every type around it must be partial.</summary>
    public static IEnumerable<Problem> FindObstacles(INamedTypeSymbol type, CancellationToken token)
    {
        foreach (var declared in type.ContainersAndSelf())
        {
            foreach (var reference in declared.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax(token) is not TypeDeclarationSyntax syntax)
                {
                    continue;
                }

                var location = syntax.Identifier.GetLocation();

                if (declared.IsFileLocal)
                {
                    yield return new Problem("CDSL1001", location, declared.Name, "local to its file, which no other can add to", type.Name, "remove 'file'");
                }
                else if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
                {
                    yield return new Problem("CDSL1001", location, declared.Name, "not partial", type.Name, "declare it partial");
                }
            }
        }
    }

    private static TypeDeclaration Declare(INamedTypeSymbol type) => new(
        Keyword: type switch
        {
            { TypeKind: TypeKind.Interface } => "interface",
            { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
            { TypeKind: TypeKind.Struct } => "struct",
            { IsRecord: true } => "record",
            _ => "class",
        },
        Name: type.EscapedName(),
        TypeParameters: type.TypeParameters.Select(static parameter => Variance(parameter) + parameter.EscapedName()).ToEquatableArray());

    private static string Variance(ITypeParameterSymbol parameter) => parameter.Variance switch
    {
        VarianceKind.In => "in ",
        VarianceKind.Out => "out ",
        _ => "",
    };

    private static string EscapeNamespace(INamespaceSymbol space)
        => space.ContainingNamespace is { IsGlobalNamespace: false } parent ? EscapeNamespace(parent) + "." + space.EscapedName() : space.EscapedName();
}
