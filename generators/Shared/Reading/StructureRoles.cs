using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads the members that a <c>[PruneHeads]</c> names for a role (CDSL1007).</summary>
internal static class StructureRoles
{
    private const string Layer = "a field or property that holds a Linear or SparseLinear";
    private const string Number = "an instance field or auto-property of type int or long";

    /// <summary>The named roles; null where none is named. What is wrong goes to the problems.</summary>
    public static HeadRoles? Read(
        INamedTypeSymbol type, AttributeData attribute, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        var roles = new HeadRoles(
            ReadRole("Query", Layer, IsLayer),
            ReadRole("Key", Layer, IsLayer),
            ReadRole("Value", Layer, IsLayer),
            ReadRole("Output", Layer, IsLayer),
            ReadRole("Heads", Number, IsNumber),
            ReadRole("KeyValueHeads", Number, IsNumber));

        return roles == new HeadRoles(null, null, null, null, null, null) ? null : roles;

        string? ReadRole(string role, string expected, Func<ISymbol, bool> isRight)
        {
            if (attribute.Named<string?>(role, null) is not { } name)
            {
                return null;
            }

            var member = type.SelfAndBases()
                .SelectMany(candidate => candidate.GetMembers(name))
                .FirstOrDefault(static candidate => candidate is IFieldSymbol or IPropertySymbol);

            if (member is null || !(isRight(member) || MemberReader.TypeOf(member).IsUnresolved()))
            {
                problems.Add(new Problem(
                    "CDSL1007",
                    attribute.LocateNamed(role, token),
                    role,
                    member is null ? $"'{name}', which is no field or property of '{type.Name}'" : Describe(member),
                    expected));
            }

            return name;
        }
    }

    private static bool IsLayer(ISymbol member) => !member.IsStatic && MemberTypes.IsLinear(MemberReader.TypeOf(member));

    // What is computed from something else cannot be set to what is left.
    private static bool IsNumber(ISymbol member)
        => !member.IsStatic
            && MemberReader.TypeOf(member).SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
            && (member is IFieldSymbol || MemberReader.IsAutoProperty((IPropertySymbol)member));

    private static string Describe(ISymbol member) => member switch
    {
        { IsStatic: true } => "the static " + MemberReader.Describe(member),
        IPropertySymbol property when !MemberReader.IsAutoProperty(property) => "the computed " + MemberReader.Describe(member),
        _ => MemberReader.Describe(member),
    };
}
