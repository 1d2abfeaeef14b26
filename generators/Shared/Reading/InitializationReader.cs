using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads a class with <c>[InitializeFrom]</c> (CDSL1002, CDSL5001, CDSL5002, CDSL5010).</summary>
internal static class InitializationReader
{
    public static ReadResult<InitializationModel>? Read(INamedTypeSymbol student, Compilation compilation, CancellationToken token)
    {
        if (Annotations.InitializeFrom(student) is not { } attribute)
        {
            return null;
        }

        if (student.IsUnresolved() || !attribute.HasItsValues(token))
        {
            return new ReadResult<InitializationModel>(null, []);
        }

        var problems = ImmutableArray.CreateBuilder<Problem>();
        var location = attribute.GetLocation(token);

        if (!student.IsModule())
        {
            problems.Add(new Problem("CDSL1002", location, RuleReader.ShortName(attribute), student.Name, "it does not derive from torch.nn.Module"));
        }
        else
        {
            problems.AddRange(TypeReader.FindObstacles(student, token));
        }

        var teacher = attribute.Positional<INamedTypeSymbol?>(0, null);

        // The arguments of an open generic type do not resolve either, and that is no business of the compiler's.
        if (teacher is { IsUnboundGenericType: true } || (teacher?.IsUnresolved() != true && teacher?.IsModule() != true))
        {
            var name = attribute.Positional<ITypeSymbol?>(0, null)?.ToShortName() ?? "null";
            problems.Add(new Problem("CDSL5001", location, name, teacher is { IsUnboundGenericType: true }
                ? "it is an open generic type: give it its type arguments"
                : "it does not derive from torch.nn.Module"));
        }

        foreach (var (name, value, members) in attribute.FindUndefinedEnums())
        {
            problems.Add(new Problem("CDSL5002", attribute.LocateNamed(name, token), name, value, members));
        }

        var layers = attribute.NamedNumbers("Layers");

        if (LayerNumbers.FindProblem(layers, step: 1) is { } wrong)
        {
            problems.Add(new Problem("CDSL5010", attribute.LocateNamed("Layers", token), "Layers", wrong));
        }

        if (problems.Count > 0 || teacher is null || teacher.IsUnresolved())
        {
            return new ReadResult<InitializationModel>(null, problems.ToImmutable());
        }

        var paths = new MemberPath(compilation, student);
        var initialized = Annotations.Members(student)
            .Where(static member => !member.IsImplicitlyDeclared && MemberReader.FindObstacle(member) is null)
            .Select(member => Read(member, teacher, paths))
            .OfType<InitializedModel>()
            .ToEquatableArray();

        return new ReadResult<InitializationModel>(
            new InitializationModel(
                TypeReader.Read(student),
                teacher.ToSource(),
                IsPublic: teacher.GetVisibility() >= student.GetVisibility(),
                Map: attribute.NamedEnum("Map", "Identity"),
                layers.ToEquatableArray(),
                initialized,
                paths.Accessors.ToEquatableArray()),
            []);
    }

    private static InitializedModel? Read(ISymbol member, INamedTypeSymbol teacher, MemberPath paths)
    {
        if (KindOf(MemberReader.TypeOf(member)) is not { } kind)
        {
            return null;
        }

        var counterpart = teacher.SelfAndBases()
            .SelectMany(candidate => candidate.GetMembers(member.Name))
            .FirstOrDefault(static candidate => candidate is { IsStatic: false } and (IFieldSymbol or IPropertySymbol { GetMethod: not null, Parameters.IsEmpty: true }));

        return new InitializedModel(
            member.EscapedName(),
            kind,
            IsNullable: MemberReader.TypeOf(member).NullableAnnotation == NullableAnnotation.Annotated,
            counterpart is not null && KindOf(MemberReader.TypeOf(counterpart)) == kind ? paths.Step(counterpart) : null);
    }

    private static InitializedKind? KindOf(ITypeSymbol type) => type switch
    {
        _ when ChildReader.ElementOfModuleList(type) is not null => InitializedKind.Layers,
        _ when type.IsModule() => InitializedKind.Module,
        _ when type.HasMetadataName(KnownNames.Parameter) || type.HasMetadataName(KnownNames.Tensor) => InitializedKind.Tensor,
        _ => null,
    };
}
