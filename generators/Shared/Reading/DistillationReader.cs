using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Reading;

/// <summary>Reads a class with <c>[DistillFrom]</c>: to a model, or to what is wrong with it (CDSL1002, CDSL5001, 5002, 5005, 5006).</summary>
internal static class DistillationReader
{
    public static ReadResult<DistillationModel>? Read(INamedTypeSymbol student, Compilation compilation, CancellationToken token)
    {
        if (Annotations.DistillFrom(student) is not { } attribute)
        {
            return null;
        }

        // What a class is whose base class does not resolve, nobody can tell; the compiler says that much.
        if (student.IsUnresolved())
        {
            return new ReadResult<DistillationModel>(null, []);
        }

        var problems = ImmutableArray.CreateBuilder<Problem>();
        var location = attribute.GetLocation(token);
        var options = DistillationOptionsReader.Read(attribute);

        foreach (var (name, value, range) in DistillationOptionsReader.FindOutOfRange(options))
        {
            problems.Add(new Problem("CDSL5002", location, name, value, range));
        }

        foreach (var (name, value, members) in attribute.FindUndefinedEnums())
        {
            problems.Add(new Problem("CDSL5002", location, name, value, members));
        }

        if (ForwardSignature.FindObstacle(student) is { } studentObstacle)
        {
            problems.Add(new Problem("CDSL1002", location, RuleReader.ShortName(attribute), student.Name, studentObstacle));
        }

        if (FindTeacherObstacle(attribute) is { } teacherObstacle)
        {
            var name = attribute.Positional<ITypeSymbol?>(0, null)?.ToShortName();
            problems.Add(new Problem("CDSL5001", location, name ?? "null", teacherObstacle));
        }

        var teacher = attribute.Positional<INamedTypeSymbol?>(0, null);
        var studentForward = ForwardSignature.Read(student);
        var teacherForward = teacher is null || teacher.IsUnresolved() ? null : ForwardSignature.Read(teacher);

        if (teacherForward?.LogitsPath is not null && studentForward?.LogitsPath is not null)
        {
            if (!studentForward.TakesTheSameAs(teacherForward, compilation))
            {
                problems.Add(new Problem("CDSL5005", location, teacher!.Name, Describe(teacherForward), student.Name, Describe(studentForward)));
            }

            if (options.Vocabulary == "Same"
                && OutputWidth.Read(student, compilation, token) is { } studentWidth
                && OutputWidth.Read(teacher!, compilation, token) is { } teacherWidth
                && studentWidth != teacherWidth)
            {
                problems.Add(new Problem("CDSL5006", location, teacher!.Name, teacherWidth, student.Name, studentWidth));
            }
        }

        if (student.IsModule())
        {
            problems.AddRange(TypeReader.FindObstacles(student, token));
        }

        if (problems.Count > 0 || studentForward?.LogitsPath is null || teacherForward?.LogitsPath is null)
        {
            return new ReadResult<DistillationModel>(null, problems.ToImmutable());
        }

        return new ReadResult<DistillationModel>(
            new DistillationModel(
                TypeReader.Read(student),
                Accessibility: AccessibilityBeside(student, teacher!),
                Constraints: student.TypeParameters.Select(TypeParameterConstraints.Read).Where(static clause => clause.Length > 0).ToEquatableArray(),
                Teacher: teacher!.ToSource(),
                Inputs: studentForward.Inputs
                    .Zip(studentForward.Names, static (type, name) => new ParameterModel(type.ToSource(), SymbolExtensions.Escape(name)))
                    .ToEquatableArray(),
                StudentLogits: studentForward.LogitsPath,
                TeacherLogits: teacherForward.LogitsPath,
                Options: options),
            []);
    }

    // A type that does not resolve is the compiler's to report.
    private static string? FindTeacherObstacle(AttributeData attribute) => attribute.ConstructorArguments switch
    {
        [{ Value: INamedTypeSymbol { IsUnboundGenericType: true } }] => "it is an open generic type: give it its type arguments",
        [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol type }] => type.IsUnresolved() ? null : ForwardSignature.FindObstacle(type),
        [{ Kind: TypedConstantKind.Type, Value: null }] => "it is no class",
        _ => null,
    };

    // The generated class names both, so that it cannot be seen by more than either.
    private static string AccessibilityBeside(INamedTypeSymbol student, INamedTypeSymbol teacher)
        => teacher.GetVisibility() >= student.GetVisibility()
            ? SyntaxFacts.GetText(student.DeclaredAccessibility)
            : student.ContainingType is not null && teacher.GetVisibility() == Visibility.Restricted ? "private" : "internal";

    private static string Describe(ForwardSignature forward)
        => "(" + string.Join(", ", forward.Inputs.Select(static input => input.ToShortName())) + ")";
}
