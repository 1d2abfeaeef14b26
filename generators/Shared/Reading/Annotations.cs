using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Finds the attributes of the language on symbols.</summary>
internal static class Annotations
{
    /// <summary>The sparsity attributes on a symbol, in the order of the source.</summary>
    public static ImmutableArray<AttributeData> Sparsity(ISymbol symbol)
        => Find(symbol, KnownNames.SparsityAttributes);

    /// <summary>The structure attributes on a symbol, in the order of the source.</summary>
    public static ImmutableArray<AttributeData> Structure(ISymbol symbol) => Find(symbol, KnownNames.StructureAttributes);

    /// <summary>The attributes on a symbol for which its class gets a <c>Compression</c>, sparsity and structure, in the order of the source.</summary>
    public static ImmutableArray<AttributeData> Pruning(ISymbol symbol) => Find(symbol, KnownNames.PruningAttributes);

    /// <summary><c>[KeepDense]</c> on a symbol, or null.</summary>
    public static AttributeData? KeepDense(ISymbol symbol)
        => symbol.GetAttributes().FirstOrDefault(static attribute => attribute.AttributeClass.HasMetadataName(KnownNames.KeepDenseAttribute));

    /// <summary><c>[Gradual]</c> on a symbol, or null.</summary>
    public static AttributeData? Gradual(ISymbol symbol)
        => symbol.GetAttributes().FirstOrDefault(static attribute => attribute.AttributeClass.HasMetadataName(KnownNames.GradualAttribute));

    /// <summary>The <c>[DistillFrom]</c>s on a class, in the order of the source.</summary>
    public static ImmutableArray<AttributeData> DistillFrom(INamedTypeSymbol type) => Find(type, [KnownNames.DistillFromAttribute]);

    /// <summary>The <c>[MatchHidden]</c>s and <c>[MatchAttention]</c>s on a member, in the order of the source.</summary>
    public static ImmutableArray<AttributeData> Match(ISymbol member) => Find(member, [KnownNames.MatchHiddenAttribute, KnownNames.MatchAttentionAttribute]);

    /// <summary><c>[InitializeFrom]</c> on a class, or null.</summary>
    public static AttributeData? InitializeFrom(INamedTypeSymbol type) => Find(type, [KnownNames.InitializeFromAttribute]).FirstOrDefault();

    /// <summary>Whether a class of this compilation carries a sparsity or structure attribute, on itself or on a member.</summary>
    public static bool IsAnnotated(INamedTypeSymbol type) => First(type) is not null;

    /// <summary>Whether <c>[Gradual]</c> stands on a class or on a member of it.</summary>
    public static bool IsGradual(INamedTypeSymbol type) => Members(type).Prepend(type).Any(static symbol => Gradual(symbol) is not null);

    /// <summary>
    /// Whether this attribute on this symbol is the one at which its class is read: a class with ten attributes is found ten times and
    /// read once.
    /// </summary>
    public static bool IsWhereTheClassIsRead(ISymbol symbol, AttributeData attribute)
        => ClassOf(symbol) is { } type
            && First(type) is var (firstSymbol, firstAttribute)
            && SymbolEqualityComparer.Default.Equals(firstSymbol, symbol)
            && firstAttribute.ApplicationSyntaxReference?.SyntaxTree == attribute.ApplicationSyntaxReference?.SyntaxTree
            && firstAttribute.ApplicationSyntaxReference?.Span == attribute.ApplicationSyntaxReference?.Span;

    /// <summary>The class that an annotated symbol speaks of: itself, or the one whose member it is.</summary>
    public static INamedTypeSymbol? ClassOf(ISymbol symbol) => symbol as INamedTypeSymbol ?? symbol.ContainingType;

    private static (ISymbol Symbol, AttributeData Attribute)? First(INamedTypeSymbol type)
    {
        foreach (var symbol in Members(type).Prepend(type))
        {
            if (Pruning(symbol) is [var attribute, ..])
            {
                return (symbol, attribute);
            }
        }

        return null;
    }

    /// <summary>
    /// The fields and properties that are written in the source, in its order whatever the order of the files; and the compiler's own fields
    /// where somebody put an attribute on them (<c>[field: …]</c>), which must not go unheard.
    /// </summary>
    public static IEnumerable<ISymbol> Members(INamedTypeSymbol type)
        => type.GetMembers()
            .Where(static member => member is IFieldSymbol or IPropertySymbol
                && (!member.IsImplicitlyDeclared || !Pruning(member).IsEmpty || Gradual(member) is not null || !Match(member).IsEmpty))
            .Select(static member => (Member: member, Location: member.Locations.FirstOrDefault()))
            .OrderBy(static item => item.Location?.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(static item => item.Location?.SourceSpan.Start)
            .ThenBy(static item => item.Member.Name, StringComparer.Ordinal)
            .Select(static item => item.Member);

    private static ImmutableArray<AttributeData> Find(ISymbol symbol, string[] names)
    {
        ImmutableArray<AttributeData> found = [];

        foreach (var attribute in symbol.GetAttributes())
        {
            foreach (var name in names)
            {
                if (attribute.AttributeClass.HasMetadataName(name))
                {
                    found = found.Add(attribute);
                }
            }
        }

        return found;
    }
}
