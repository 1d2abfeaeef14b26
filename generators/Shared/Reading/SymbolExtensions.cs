using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Reading;

/// <summary>Questions about symbols that Roslyn does not answer in one call.</summary>
internal static class SymbolExtensions
{
    private static readonly SymbolDisplayFormat FullyQualified = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>Whether a type has a metadata name such as <c>TorchSharp.torch+nn+Module</c>.</summary>
    public static bool HasMetadataName(this ITypeSymbol? type, string metadataName)
        => type is INamedTypeSymbol named && EndsWith(metadataName, metadataName.Length, named);

    // Asked of every type, attribute and layer, over and over: nothing is put together for it.
    private static bool EndsWith(string metadataName, int end, INamedTypeSymbol type)
        => type.Arity > 0 == char.IsDigit(metadataName[end - 1])
            && IsAt(metadataName, end, type.Arity > 0 ? type.MetadataName : type.Name, out var start)
            && (type.ContainingType is { } container
                ? start > 0 && metadataName[start - 1] == '+' && EndsWith(metadataName, start - 1, container)
                : IsNamespace(metadataName, start - 1, type.ContainingNamespace));

    private static bool IsNamespace(string metadataName, int end, INamespaceSymbol? space)
        => space is null or { IsGlobalNamespace: true }
            ? end < 0
            : end > 0 && metadataName[end] == '.' && IsAt(metadataName, end, space.MetadataName, out var start) && IsNamespace(metadataName, start - 1, space.ContainingNamespace);

    private static bool IsAt(string text, int end, string part, out int start)
        => (start = end - part.Length) >= 0 && string.CompareOrdinal(text, start, part, 0, part.Length) == 0;

    /// <summary>The metadata name: namespace, then the nested types with <c>+</c>, each with its arity.</summary>
    public static string GetMetadataName(this INamedTypeSymbol type)
    {
        if (type.ContainingType is { } container)
        {
            return container.GetMetadataName() + "+" + type.MetadataName;
        }

        return type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() + "." + type.MetadataName : type.MetadataName;
    }

    /// <summary>The name as generated code writes it: <c>global::Namespace.Type&lt;T&gt;</c>, with <c>?</c> where it may be null.</summary>
    public static string ToSource(this ITypeSymbol type) => type.ToDisplayString(FullyQualified);

    /// <summary>The name as a message writes it: <c>Type&lt;T&gt;</c>.</summary>
    public static string ToShortName(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>The name as source writes it: with <c>@</c> where it is a keyword.</summary>
    public static string EscapedName(this ISymbol symbol) => Escape(symbol.Name);

    /// <summary>An identifier as source writes it: with <c>@</c> where it is a keyword.</summary>
    public static string Escape(string identifier)
        => SyntaxFacts.GetKeywordKind(identifier) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(identifier) == SyntaxKind.None
            ? identifier
            : "@" + identifier;

    /// <summary>Whether a type is, or derives from, <c>torch.nn.Module</c>.</summary>
    public static bool IsModule(this ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Any(IsModule),
        _ => type.DerivesFrom(KnownNames.Module),
    };

    /// <summary>Whether a type is, or derives from, the class of a metadata name.</summary>
    public static bool DerivesFrom(this ITypeSymbol? type, string metadataName)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.HasMetadataName(metadataName))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a type, or one that it derives from or is made of, does not resolve: the compiler reports that, and nobody can judge what it would be.
    /// </summary>
    public static bool IsUnresolved(this ITypeSymbol type)
    {
        return HasError(type) || type.SelfAndBases().Any(HasError);

        static bool HasError(ITypeSymbol type) => type switch
        {
            { TypeKind: TypeKind.Error } => true,
            IArrayTypeSymbol array => HasError(array.ElementType),
            INamedTypeSymbol named => named.TypeArguments.Any(HasError),
            _ => false,
        };
    }

    /// <summary>The type and the classes it derives from, nearest first.</summary>
    public static IEnumerable<INamedTypeSymbol> SelfAndBases(this ITypeSymbol type)
    {
        for (var current = type as INamedTypeSymbol; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    /// <summary>The type and the types around it, outermost first.</summary>
    public static ImmutableArray<INamedTypeSymbol> ContainersAndSelf(this INamedTypeSymbol type)
    {
        var chain = ImmutableArray.CreateBuilder<INamedTypeSymbol>();

        for (var current = type; current is not null; current = current.ContainingType)
        {
            chain.Insert(0, current);
        }

        return chain.ToImmutable();
    }

    /// <summary>How far a type can be seen, whatever stands around it and in its type arguments.</summary>
    public static Visibility GetVisibility(this ITypeSymbol type)
    {
        var visibility = Visibility.Public;

        for (var current = type as INamedTypeSymbol; current is not null; current = current.ContainingType)
        {
            foreach (var argument in current.TypeArguments.OfType<INamedTypeSymbol>())
            {
                visibility = Min(visibility, argument.GetVisibility());
            }

            visibility = Min(visibility, current.DeclaredAccessibility switch
            {
                Accessibility.Public => Visibility.Public,
                Accessibility.Internal or Accessibility.ProtectedOrInternal => Visibility.Assembly,
                _ => Visibility.Restricted,
            });
        }

        return visibility;

        static Visibility Min(Visibility left, Visibility right) => left < right ? left : right;
    }

    /// <summary>Where an attribute stands, for a squiggle.</summary>
    public static Location? GetLocation(this AttributeData attribute, CancellationToken token)
        => attribute.ApplicationSyntaxReference?.GetSyntax(token).GetLocation();
}

/// <summary>How far a type can be seen.</summary>
internal enum Visibility
{
    /// <summary>Only inside of another type.</summary>
    Restricted,

    /// <summary>In its assembly.</summary>
    Assembly,

    /// <summary>Everywhere.</summary>
    Public,
}
