using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads one member of an annotated class (CDSL1003, CDSL1008, CDSL2003).</summary>
internal static class MemberReader
{
    /// <summary>
    /// The counterpart of a member: null where it needs none, or where it is wrong; what is wrong goes to the problems.
    /// </summary>
    /// <param name="member">A field or property.</param>
    /// <param name="classRule">The attribute of the class, or null.</param>
    /// <param name="compilation">The compilation, for the sizes of layers.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="token">Cancels the reading.</param>
    public static MemberModel? Read(
        ISymbol member, RuleModel? classRule, Compilation compilation, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        var attributes = Annotations.Sparsity(member);

        if (FindObstacle(member) is { } obstacle)
        {
            // A member without an attribute may be what it likes.
            if ((Annotations.Pruning(member).FirstOrDefault() ?? Annotations.Gradual(member)) is { } attribute)
            {
                problems.Add(new Problem("CDSL1008", attribute.GetLocation(token), NameOf(member), obstacle));
            }

            return null;
        }

        var type = TypeOf(member);
        var ownRule = RuleReader.Read(member, problems, token);
        var isDense = attributes.Any(static attribute => attribute.AttributeClass.HasMetadataName(KnownNames.KeepDenseAttribute));
        var kind = MemberTypes.Classify(type, isAnnotated: !attributes.IsEmpty, isDense, hasClassRule: classRule is not null);

        if (kind is null)
        {
            if (attributes is [var attribute, ..] && !type.IsUnresolved())
            {
                problems.Add(new Problem(
                    "CDSL1003",
                    attribute.GetLocation(token),
                    RuleReader.ShortName(attribute),
                    Describe(member),
                    MemberTypes.DescribeAllowed(attribute)));
            }

            return null;
        }

        // An attribute that is wrong, or does not compile, is not silently replaced by that of the class.
        if (ownRule is null && !attributes.IsEmpty)
        {
            return null;
        }

        var rule = ownRule ?? (kind == MemberKind.Layer ? classRule : null);

        if (ownRule is not null && MemberTypes.LooksAtInputs(ownRule) && kind is MemberKind.Layer or MemberKind.Parameter && !MemberTypes.ShowsInputs(type))
        {
            problems.Add(new Problem(
                "CDSL1003",
                attributes[0].GetLocation(token),
                RuleReader.ShortName(attributes[0]),
                Describe(member),
                MemberTypes.DescribeAllowed(ownRule)));
        }

        if (rule is not null && kind == MemberKind.Layer)
        {
            var attribute = attributes.FirstOrDefault() ?? Annotations.Sparsity(member.ContainingType).First();
            problems.AddRange(PatternSizes.FindProblems(member, rule, attribute.GetLocation(token), compilation, token));
        }

        return new MemberModel(
            member.EscapedName(),
            kind.Value,
            rule,
            IsNullable: type.NullableAnnotation == NullableAnnotation.Annotated,
            IsCaptured: kind == MemberKind.Layer && rule is { Pattern: not PatternKind.Dense },
            Child: kind is MemberKind.Child or MemberKind.ChildList ? ChildReader.Read(type, member.ContainingType) : null);
    }

    /// <summary>A field or property in words: its name and type.</summary>
    public static string Describe(ISymbol member) => $"'{NameOf(member)}' of type '{TypeOf(member).ToShortName()}'";

    /// <summary>The type of what a field or property holds.</summary>
    public static ITypeSymbol TypeOf(ISymbol member) => member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;

    /// <summary>What keeps a member from being an instance field or get-only auto-property of a module, in words; null where nothing does.</summary>
    public static string? FindObstacle(ISymbol member) => member switch
    {
        { ContainingType: var type } when !type.IsModule() => $"is a member of '{type.Name}', which does not derive from torch.nn.Module",
        { IsStatic: true } => "is static",
        IFieldSymbol { AssociatedSymbol: not null } => "carries the attribute on its hidden field, where 'field:' puts it",
        IPropertySymbol { SetMethod: not null } => "can be set",
        IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: false } => "implements an interface explicitly and has no name of its own",
        IPropertySymbol property when !IsAutoProperty(property) => "is a property without storage of its own",
        _ => null,
    };

    /// <summary>Whether a property has a field of its own behind it.</summary>
    public static bool IsAutoProperty(IPropertySymbol property)
        => property.ContainingType.GetMembers()
            .OfType<IFieldSymbol>()
            .Any(backing => SymbolEqualityComparer.Default.Equals(backing.AssociatedSymbol, property));

    private static string NameOf(ISymbol member) => ((member as IFieldSymbol)?.AssociatedSymbol ?? member).Name;
}
