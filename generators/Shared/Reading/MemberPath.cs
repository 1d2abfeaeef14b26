using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>The way from a model to a member inside of it, as a generated class of its own can go it.</summary>
/// <param name="compilation">Knows what can be seen.</param>
/// <param name="student">The class beside which the generated one stands.</param>
internal sealed class MemberPath(Compilation compilation, INamedTypeSymbol student)
{
    private readonly Dictionary<ISymbol, FlowAccessor> accessors = new(SymbolEqualityComparer.Default);

    /// <summary>The accessors that the ways need, in the order in which they were found.</summary>
    public List<FlowAccessor> Accessors { get; } = [];

    /// <summary>Goes down a path of members.</summary>
    /// <param name="root">The class to start from.</param>
    /// <param name="path">The members, with points between them.</param>
    /// <param name="steps">The way.</param>
    /// <param name="type">The type of what is at its end.</param>
    /// <returns>What stands in the way, in words; null where nothing does.</returns>
    public string? Find(ITypeSymbol root, string path, out EquatableArray<MemberStep> steps, out ITypeSymbol type)
    {
        var found = new List<MemberStep>();
        (steps, type) = ([], root);

        foreach (var name in path.Split('.'))
        {
            var member = type.SelfAndBases()
                .SelectMany(candidate => candidate.GetMembers(name))
                .FirstOrDefault(static candidate => candidate is IFieldSymbol or IPropertySymbol { GetMethod: not null, Parameters.IsEmpty: true });

            if (member is null or { IsStatic: true })
            {
                return $"'{type.ToShortName()}' has no {(member is null ? "" : "instance ")}field or property '{name}'";
            }

            if (Step(member) is not { } step)
            {
                return $"'{name}' of '{type.ToShortName()}' cannot be seen from the class that is generated: make it internal or public";
            }

            found.Add(step);
            type = MemberReader.TypeOf(member).WithNullableAnnotation(NullableAnnotation.NotAnnotated);
        }

        steps = found.ToEquatableArray();

        return null;
    }

    /// <summary>The step to a member; null where the generated class cannot take it.</summary>
    public MemberStep? Step(ISymbol member)
    {
        var isNullable = MemberReader.TypeOf(member).NullableAnnotation == NullableAnnotation.Annotated;

        return CanSee(member)
            ? new MemberStep(member.EscapedName(), IsAccessor: false, isNullable)
            : AccessorOf(member) is { } accessor ? new MemberStep(accessor.Name, IsAccessor: true, isNullable) : null;
    }

    // A generic class would need an accessor in a class that is generic in the same way.
    private FlowAccessor? AccessorOf(ISymbol member)
    {
        if (accessors.TryGetValue(member, out var known))
        {
            return known;
        }

        var field = member is IFieldSymbol ? member.MetadataName
            : MemberReader.IsAutoProperty((IPropertySymbol)member) ? $"<{member.MetadataName}>k__BackingField" : null;
        var owner = member.ContainingType;

        if (field is null || owner.IsGenericType || student.ContainersAndSelf().Any(static type => type.IsGenericType) || !CanSee(owner) || !CanSee(MemberReader.TypeOf(member)))
        {
            return null;
        }

        var name = member.Name.TrimStart('@');

        while (Accessors.Any(accessor => accessor.Name == name))
        {
            name += "_";
        }

        var accessor = new FlowAccessor(SymbolExtensions.Escape(name), field, owner.ToSource(), MemberReader.TypeOf(member).ToSource());
        accessors.Add(member, accessor);
        Accessors.Add(accessor);

        return accessor;
    }

    private bool CanSee(ISymbol symbol)
        => student.ContainingType is { } container
            ? compilation.IsSymbolAccessibleWithin(symbol, container)
            : compilation.IsSymbolAccessibleWithin(symbol, student.ContainingAssembly);
}
