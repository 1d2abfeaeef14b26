using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>Values and locations of what stands between the parentheses of an attribute.</summary>
internal static class AttributeArguments
{
    /// <summary>Whether every argument that is written has a value: those of an attribute that does not compile have none to judge.</summary>
    public static bool HasItsValues(this AttributeData attribute, CancellationToken token)
        => attribute.AttributeConstructor?.Parameters.Length == attribute.ConstructorArguments.Length
            && attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(static argument => argument.Value))
                .All(static argument => argument.Kind != TypedConstantKind.Error)
            && (attribute.ApplicationSyntaxReference?.GetSyntax(token) is not AttributeSyntax syntax
                || (syntax.ArgumentList?.Arguments.Count ?? 0) == attribute.ConstructorArguments.Length + attribute.NamedArguments.Length);

    /// <summary>The value of a named argument, or null where it is not given.</summary>
    public static T? Given<T>(this AttributeData attribute, string name)
        where T : struct
        => attribute.NamedArguments.Any(argument => argument.Key == name) ? attribute.Named<T>(name, default) : null;

    /// <summary>The value of a named argument, or a default where it is not given.</summary>
    public static T Named<T>(this AttributeData attribute, string name, T otherwise)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Value is T value)
            {
                return value;
            }
        }

        return otherwise;
    }

    /// <summary>The value of a named argument that is an enum, as the name of its member; a default where it is not given.</summary>
    public static string NamedEnum(this AttributeData attribute, string name, string otherwise)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value is { Kind: TypedConstantKind.Enum, Type: { } type, Value: { } value })
            {
                return MembersOf(type).FirstOrDefault(member => Equals(member.ConstantValue, value))?.Name ?? otherwise;
            }
        }

        return otherwise;
    }

    /// <summary>The value of a named argument that is an array of int; empty where it is not given.</summary>
    public static ImmutableArray<int> NamedNumbers(this AttributeData attribute, string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value is { Kind: TypedConstantKind.Array, IsNull: false, Values: var values })
            {
                return values.Select(static value => value.Value is int number ? number : 0).ToImmutableArray();
            }
        }

        return [];
    }

    /// <summary>The named arguments whose value, by way of a cast, is no member of their enum: name, value, and the members in words.</summary>
    public static IEnumerable<(string Name, object Value, string Members)> FindUndefinedEnums(this AttributeData attribute)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Value is { Kind: TypedConstantKind.Enum, Type: { } type, Value: { } value }
                && !MembersOf(type).Any(member => Equals(member.ConstantValue, value)))
            {
                yield return (argument.Key, value, "one of " + string.Join(", ", MembersOf(type).Select(static member => member.Name)));
            }
        }
    }

    /// <summary>The value of a positional argument, or a default where it is not given or not of the type.</summary>
    public static T Positional<T>(this AttributeData attribute, int index, T otherwise)
        => index < attribute.ConstructorArguments.Length && attribute.ConstructorArguments[index] is { Kind: not TypedConstantKind.Array, Value: T value }
            ? value
            : otherwise;

    /// <summary>Where a positional argument stands (wherever the user wrote it, if he named it), or the whole attribute.</summary>
    public static Location? LocatePositional(this AttributeData attribute, int index, CancellationToken token)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(token) is not AttributeSyntax syntax)
        {
            return null;
        }

        var name = attribute.AttributeConstructor?.Parameters.ElementAtOrDefault(index)?.Name;
        var arguments = syntax.ArgumentList?.Arguments ?? default;
        var argument = arguments.FirstOrDefault(candidate => candidate.NameColon?.Name.Identifier.ValueText == name)
            ?? arguments.Where(static candidate => candidate.NameEquals is null).ElementAtOrDefault(index);

        return (argument ?? (SyntaxNode)syntax).GetLocation();
    }

    /// <summary>Where a named argument stands, or the whole attribute.</summary>
    public static Location? LocateNamed(this AttributeData attribute, string name, CancellationToken token)
    {
        var syntax = attribute.ApplicationSyntaxReference?.GetSyntax(token);
        var argument = (syntax as AttributeSyntax)?.ArgumentList?.Arguments
            .FirstOrDefault(candidate => candidate.NameEquals?.Name.Identifier.ValueText == name);

        return (argument ?? syntax)?.GetLocation();
    }

    private static IEnumerable<IFieldSymbol> MembersOf(ITypeSymbol type)
        => type.GetMembers().OfType<IFieldSymbol>().Where(static member => member.IsConst);
}
