using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>The students of a compilation with their teachers, for rules about code that uses them. Found once, and forgotten with the compilation.</summary>
internal sealed class StudentPairs
{
    private static readonly ConditionalWeakTable<Compilation, StudentPairs> Compilations = new();

    private readonly ImmutableArray<(INamedTypeSymbol Student, INamedTypeSymbol Teacher, string Task)> pairs;

    private StudentPairs(Compilation compilation)
        => pairs =
        [
            .. from student in FindTypes(compilation.Assembly.GlobalNamespace)
               where student.IsModule()
               let attributes = Annotations.DistillFrom(student)
               where !attributes.IsEmpty
               let task = DistillationOptionsReader.Read(attributes[0]).Task
               from teacher in MatchReader.TeachersOf(student)
               select (student, teacher, task),
        ];

    public static StudentPairs Of(Compilation compilation) => Compilations.GetValue(compilation, static compilation => new StudentPairs(compilation));

    /// <summary>Whether nobody learns here.</summary>
    public bool IsEmpty => pairs.IsEmpty;

    /// <summary>Whether a class learns from another one, and not the other way round, nor from itself.</summary>
    public bool IsTeacherOf(ITypeSymbol? teacher, ITypeSymbol? student)
        => Learns(student, teacher) && !Learns(teacher, student) && !SymbolEqualityComparer.Default.Equals(student, teacher);

    /// <summary>What the logits of a student or teacher are; null for other classes, and where two pairs say different things.</summary>
    public string? TaskOf(ITypeSymbol? type)
        => pairs.Where(pair => Is(pair.Student, type) || Is(pair.Teacher, type)).Select(static pair => pair.Task).Distinct().Take(2).ToArray() is [var only] ? only : null;

    private bool Learns(ITypeSymbol? student, ITypeSymbol? teacher) => pairs.Any(pair => Is(pair.Student, student) && Is(pair.Teacher, teacher));

    private static bool Is(INamedTypeSymbol one, ITypeSymbol? other)
        => other is not null && SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, other.OriginalDefinition);

    private static IEnumerable<INamedTypeSymbol> FindTypes(INamespaceOrTypeSymbol container)
        => container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(static member => member is INamedTypeSymbol type ? FindTypes(type).Prepend(type) : FindTypes(member));
}
