using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads the <c>[MatchHidden]</c>s and <c>[MatchAttention]</c>s of a student (CDSL1008, CDSL5002, CDSL5008, CDSL5009, CDSL5010).</summary>
internal static class MatchReader
{
    /// <summary>The matches, in the order of the source; what is wrong goes to the problems.</summary>
    public static ImmutableArray<MatchModel> Read(
        INamedTypeSymbol student,
        ImmutableArray<INamedTypeSymbol> teachers,
        MemberPath paths,
        Compilation compilation,
        ImmutableArray<Problem>.Builder problems,
        CancellationToken token)
    {
        var matches = ImmutableArray.CreateBuilder<MatchModel>();

        foreach (var member in Annotations.Members(student))
        {
            foreach (var attribute in Annotations.Match(member))
            {
                if (attribute.HasItsValues(token)
                    && Read(member, attribute, student, teachers, paths, compilation, problems, token) is { } match)
                {
                    matches.Add(match);
                }
            }
        }

        return matches.ToImmutable();
    }

    /// <summary>The calls that make the attention maps which a student matches, in itself and in its teachers.</summary>
    public static IEnumerable<AttentionCallModel> FindCalls(INamedTypeSymbol student, Compilation compilation, CancellationToken token)
    {
        var paths = new MemberPath(compilation, student);
        var teachers = TeachersOf(student);

        foreach (var member in Annotations.Members(student))
        {
            foreach (var attribute in Annotations.Match(member).Where(static attribute => KindOf(attribute) == MatchKind.Map))
            {
                INamedTypeSymbol?[] sides =
                [
                    LayerOf(MemberReader.TypeOf(member)),
                    TeacherOf(attribute, teachers) is { } index
                        && paths.Find(teachers[index], attribute.Positional(0, ""), out _, out var matched) is null ? LayerOf(matched) : null,
                ];

                foreach (var call in sides.OfType<INamedTypeSymbol>().SelectMany(side => AttentionCalls.In(side, compilation, token)))
                {
                    yield return call;
                }
            }
        }

        static INamedTypeSymbol? LayerOf(ITypeSymbol type) => (ChildReader.ElementOfModuleList(type) ?? type) as INamedTypeSymbol;
    }

    /// <summary>The teachers of a student, as far as they are classes.</summary>
    public static ImmutableArray<INamedTypeSymbol> TeachersOf(INamedTypeSymbol student)
        => Annotations.DistillFrom(student)
            .Select(static attribute => attribute.Positional<INamedTypeSymbol?>(0, null))
            .OfType<INamedTypeSymbol>()
            .ToImmutableArray();

    private static MatchModel? Read(
        ISymbol member,
        AttributeData attribute,
        INamedTypeSymbol student,
        ImmutableArray<INamedTypeSymbol> teachers,
        MemberPath paths,
        Compilation compilation,
        ImmutableArray<Problem>.Builder problems,
        CancellationToken token)
    {
        var before = problems.Count;

        if (MemberReader.FindObstacle(member) is { } obstacle)
        {
            problems.Add(new Problem("CDSL1008", attribute.GetLocation(token), member.Name, obstacle));

            return null;
        }

        problems.AddRange(FindOutOfRange(attribute, token));

        if (TeacherOf(attribute, teachers) is not { } index)
        {
            var named = attribute.Named<INamedTypeSymbol?>("Teacher", null)?.ToShortName();
            problems.Add(new Problem(
                "CDSL5008", attribute.LocateNamed("Teacher", token), named ?? "null", attribute.Positional(0, ""), $"'{named}' is no teacher of '{student.Name}'"));

            return null;
        }

        var kind = KindOf(attribute);
        var ofStudent = CapturedReader.Read(kind, student, member.Name, paths, compilation, token, out var inStudent);

        if (inStudent is not null && !MemberReader.TypeOf(member).IsUnresolved())
        {
            problems.Add(new Problem("CDSL1003", attribute.GetLocation(token), RuleReader.ShortName(attribute), MemberReader.Describe(member), $"a module, or a ModuleList of modules, that can be matched: {inStudent}"));
        }

        var ofTeacher = CapturedReader.Read(kind, teachers[index], attribute.Positional(0, ""), paths, compilation, token, out var inTeacher);

        if (inTeacher is not null)
        {
            problems.Add(new Problem("CDSL5008", attribute.LocatePositional(0, token), teachers[index].Name, attribute.Positional(0, ""), inTeacher));
        }

        if (ofStudent is not null && ofTeacher is not null && ofStudent.IsList != ofTeacher.IsList)
        {
            problems.Add(new Problem(
                "CDSL5008",
                attribute.LocatePositional(0, token),
                teachers[index].Name,
                attribute.Positional(0, ""),
                $"it is {(ofTeacher.IsList ? "a list of layers" : "one layer")} and '{member.Name}' of '{student.Name}' is {(ofStudent.IsList ? "a list" : "one")}"));
        }

        if (kind == MatchKind.Map
            && HeadCounts.Read(student, member.Name, compilation, token) is { } studentHeads
            && HeadCounts.Read(teachers[index], attribute.Positional(0, ""), compilation, token) is { } teacherHeads
            && studentHeads != teacherHeads)
        {
            problems.Add(new Problem("CDSL5009", attribute.GetLocation(token), member.Name, studentHeads, attribute.Positional(0, ""), teachers[index].Name, teacherHeads));
        }

        return problems.Count > before
            ? null
            : new MatchModel(
                kind,
                member.Name,
                Loss: kind == MatchKind.Hidden ? attribute.NamedEnum("Loss", "MeanSquared") : attribute.NamedEnum("Loss", "Kl"),
                Weight: attribute.Named("Weight", 1.0),
                Map: attribute.NamedEnum("Map", "Identity"),
                Pairs: attribute.NamedNumbers("Pairs").ToEquatableArray(),
                RelationHeads: attribute.Named("RelationHeads", 0),
                Teacher: index,
                ofStudent!,
                ofTeacher!);
    }

    private static MatchKind KindOf(AttributeData attribute) => attribute switch
    {
        _ when attribute.AttributeClass.HasMetadataName(KnownNames.MatchHiddenAttribute) => MatchKind.Hidden,
        _ when attribute.NamedEnum("Loss", "Kl") == "Relation" => MatchKind.Relation,
        _ => MatchKind.Map,
    };

    private static int? TeacherOf(AttributeData attribute, ImmutableArray<INamedTypeSymbol> teachers)
    {
        if (attribute.Named<INamedTypeSymbol?>("Teacher", null) is not { } named)
        {
            return teachers.IsEmpty ? null : 0;
        }

        var index = teachers.IndexOf(named, 0, SymbolEqualityComparer.Default);

        return index >= 0 ? index : null;
    }

    private static IEnumerable<Problem> FindOutOfRange(AttributeData attribute, CancellationToken token)
    {
        if (attribute.Named("Weight", 1.0) is var weight && (!(weight >= 0) || double.IsInfinity(weight)))
        {
            yield return new Problem("CDSL5002", attribute.LocateNamed("Weight", token), "Weight", weight, "at least 0 and finite");
        }

        if (attribute.Named("RelationHeads", 0) is < 0 and var heads)
        {
            yield return new Problem("CDSL5002", attribute.LocateNamed("RelationHeads", token), "RelationHeads", heads, "at least 1, or 0 to be found");
        }

        foreach (var (name, value, members) in attribute.FindUndefinedEnums())
        {
            yield return new Problem("CDSL5002", attribute.LocateNamed(name, token), name, value, members);
        }

        if (LayerNumbers.FindProblem(attribute.NamedNumbers("Pairs"), step: 2) is { } wrong)
        {
            yield return new Problem("CDSL5010", attribute.LocateNamed("Pairs", token), "Pairs", wrong);
        }
    }
}
