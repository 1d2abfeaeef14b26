using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Reading;

/// <summary>Reads a class with <c>[DistillFrom]</c>: to a model, or to what is wrong with it (CDSL1002, CDSL5001, 5002, 5005, 5006, 5020).</summary>
internal static class DistillationReader
{
    public static ReadResult<DistillationModel>? Read(INamedTypeSymbol student, Compilation compilation, CancellationToken token)
    {
        if (Annotations.DistillFrom(student) is not [var first, ..] attributes)
        {
            return null;
        }

        // What a class is whose base class does not resolve, nobody can tell; the compiler says that much.
        if (student.IsUnresolved())
        {
            return new ReadResult<DistillationModel>(null, []);
        }

        var problems = ImmutableArray.CreateBuilder<Problem>();
        var options = DistillationOptionsReader.Read(first);
        var studentForward = ForwardSignature.Read(student);

        if (ForwardSignature.FindObstacle(student) is { } obstacle)
        {
            problems.Add(new Problem("CDSL1002", first.GetLocation(token), RuleReader.ShortName(first), student.Name, obstacle));
        }

        problems.AddRange(DistillationOptionsReader.FindProblems(attributes, options, token));
        problems.AddRange(attributes.SelectMany(attribute => FindProblems(attribute, student, studentForward, options, compilation, token)));

        if (studentForward?.LogitsPath is not null && FindObstacleToMode(options, studentForward) is { } reason)
        {
            problems.Add(new Problem("CDSL5020", first.LocateNamed("Mode", token), options.Mode, student.Name, reason));
        }

        if (student.IsModule())
        {
            problems.AddRange(TypeReader.FindObstacles(student, token));
        }

        var teachers = MatchReader.TeachersOf(student);
        var forwards = teachers.Select(static teacher => teacher.IsUnresolved() ? null : ForwardSignature.Read(teacher)).ToArray();

        if (studentForward?.LogitsPath is null || teachers.Length != attributes.Length || forwards.Any(static forward => forward?.LogitsPath is null))
        {
            return new ReadResult<DistillationModel>(null, problems.ToImmutable());
        }

        var paths = new MemberPath(compilation, student);
        var matches = MatchReader.Read(student, teachers, paths, compilation, problems, token);

        if (problems.Count > 0)
        {
            return new ReadResult<DistillationModel>(null, problems.ToImmutable());
        }

        return new ReadResult<DistillationModel>(
            new DistillationModel(
                TypeReader.Read(student),
                Accessibility: AccessibilityBeside(student, teachers),
                Constraints: student.TypeParameters.Select(TypeParameterConstraints.Read).Where(static clause => clause.Length > 0).ToEquatableArray(),
                Teachers: teachers.Zip(forwards, static (teacher, forward) => new TeacherModel(teacher.ToSource(), forward!.LogitsPath!)).ToEquatableArray(),
                Inputs: studentForward.Inputs
                    .Zip(studentForward.Names, static (type, name) => new ParameterModel(type.ToSource(), SymbolExtensions.Escape(name)))
                    .ToEquatableArray(),
                StudentLogits: studentForward.LogitsPath,
                Options: options,
                Matches: matches.ToEquatableArray(),
                AttentionMask: studentForward.Names
                    .Where((name, index) => studentForward.Inputs[index].HasMetadataName(KnownNames.Tensor) && IsAttentionMask(name))
                    .Select(SymbolExtensions.Escape)
                    .FirstOrDefault(),
                Accessors: paths.Accessors.ToEquatableArray()),
            []);
    }

    private static IEnumerable<Problem> FindProblems(
        AttributeData attribute, INamedTypeSymbol student, ForwardSignature? studentForward, DistillationOptions options, Compilation compilation, CancellationToken token)
    {
        var location = attribute.GetLocation(token);

        if (FindTeacherObstacle(attribute) is { } obstacle)
        {
            yield return new Problem("CDSL5001", location, attribute.Positional<ITypeSymbol?>(0, null)?.ToShortName() ?? "null", obstacle);
        }

        if (attribute.Positional<INamedTypeSymbol?>(0, null) is not { } teacher
            || teacher.IsUnresolved()
            || ForwardSignature.Read(teacher) is not { LogitsPath: not null } forward
            || studentForward?.LogitsPath is null)
        {
            yield break;
        }

        if (!studentForward.TakesTheSameAs(forward, compilation))
        {
            yield return new Problem("CDSL5005", location, teacher.Name, Describe(forward), student.Name, Describe(studentForward));
        }

        if (options.Vocabulary == "Same"
            && OutputWidth.Read(student, compilation, token) is { } studentWidth
            && OutputWidth.Read(teacher, compilation, token) is { } teacherWidth
            && studentWidth != teacherWidth)
        {
            yield return new Problem("CDSL5006", location, teacher.Name, teacherWidth, student.Name, studentWidth);
        }
    }

    /// <summary>CDSL5020: who writes must be a causal language model that takes tokens.</summary>
    private static string? FindObstacleToMode(DistillationOptions options, ForwardSignature student) => options switch
    {
        { Mode: "Response" } => null,
        { Task: not "CausalLanguageModel" } => $"Task is {options.Task}, and text is written, token by token, by a DistillTask.CausalLanguageModel",
        { Mode: "Pretraining" } => null,
        _ when student.Inputs.Length == 1 && student.Inputs[0].HasMetadataName(KnownNames.Tensor) => null,
        _ => $"its forward takes {Describe(student)}, and what is written goes in as one Tensor of tokens [batch, length]",
    };

    private static bool IsAttentionMask(string name) => string.Equals(name.Replace("_", ""), "attentionMask", StringComparison.OrdinalIgnoreCase);

    // A type that does not resolve is the compiler's to report.
    private static string? FindTeacherObstacle(AttributeData attribute) => attribute.ConstructorArguments switch
    {
        [{ Value: INamedTypeSymbol { IsUnboundGenericType: true } }] => "it is an open generic type: give it its type arguments",
        [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol type }] => type.IsUnresolved() ? null : ForwardSignature.FindObstacle(type),
        [{ Kind: TypedConstantKind.Type, Value: null }] => "it is no class",
        _ => null,
    };

    // The generated class names both, so that it cannot be seen by more than any.
    private static string AccessibilityBeside(INamedTypeSymbol student, ImmutableArray<INamedTypeSymbol> teachers)
    {
        var least = teachers.Min(static teacher => teacher.GetVisibility());

        return least >= student.GetVisibility()
            ? SyntaxFacts.GetText(student.DeclaredAccessibility)
            : student.ContainingType is not null && least == Visibility.Restricted ? "private" : "internal";
    }

    private static string Describe(ForwardSignature forward)
        => "(" + string.Join(", ", forward.Inputs.Select(static input => input.ToShortName())) + ")";
}
