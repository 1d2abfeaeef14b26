using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Writes the constraints of a type parameter down again, for a generated class with the same type parameters.</summary>
internal static class TypeParameterConstraints
{
    /// <summary>The <c>where</c> clause, or the empty string where there is none.</summary>
    public static string Read(ITypeParameterSymbol parameter)
    {
        var constraints = FindConstraints(parameter).ToArray();

        return constraints.Length == 0 ? "" : $"where {parameter.EscapedName()} : {string.Join(", ", constraints)}";
    }

    private static IEnumerable<string> FindConstraints(ITypeParameterSymbol parameter)
    {
        if (parameter.HasUnmanagedTypeConstraint)
        {
            yield return "unmanaged";
        }
        else if (parameter.HasValueTypeConstraint)
        {
            yield return "struct";
        }
        else if (parameter.HasReferenceTypeConstraint)
        {
            yield return parameter.ReferenceTypeConstraintNullableAnnotation == NullableAnnotation.Annotated ? "class?" : "class";
        }
        else if (parameter.HasNotNullConstraint)
        {
            yield return "notnull";
        }

        foreach (var type in parameter.ConstraintTypes)
        {
            yield return type.ToSource();
        }

        if (parameter.HasConstructorConstraint && !parameter.HasValueTypeConstraint)
        {
            yield return "new()";
        }

        if (parameter.AllowsRefLikeType)
        {
            yield return "allows ref struct";
        }
    }
}
