using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>Finds where the methods of a class read a parameter of its primary constructor.</summary>
internal static class CapturedUses
{
    /// <summary>The names in the source; those in the initializers of fields and properties, which run in the constructor, are none.</summary>
    public static IEnumerable<IdentifierNameSyntax> Find(INamedTypeSymbol type, IParameterSymbol parameter, Compilation compilation, CancellationToken token)
        => WrittenCode.Of(type, compilation, token)
            .SelectMany(static declaration => declaration.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Where(name => name.Identifier.ValueText == parameter.Name
                && !IsInConstructor(name)
                && SymbolEqualityComparer.Default.Equals(compilation.GetSemanticModel(name.SyntaxTree).GetSymbolInfo(name, token).Symbol, parameter));

    private static bool IsInConstructor(IdentifierNameSyntax name)
        => name.Ancestors().Any(static node => node is PrimaryConstructorBaseTypeSyntax
            || node is EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } });
}
