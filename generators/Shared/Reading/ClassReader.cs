using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads everything that a type says in the language, for those who want to know only what is wrong with it.</summary>
internal static class ClassReader
{
    /// <summary>The problems of one type, each once, in the order in which they were found; none for a type without attributes.</summary>
    public static ImmutableArray<Problem> FindProblems(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var compression = Annotations.IsAnnotated(type) || Annotations.IsGradual(type) ? CompressionReader.Read(type, compilation, token) : null;
        var distillation = DistillationReader.Read(type, compilation, token)?.Problems ?? [];
        var initialization = InitializationReader.Read(type, compilation, token)?.Problems ?? [];

        // A class with both kinds of attributes that is not partial is so only once.
        return (compression?.Problems ?? [])
            .Concat(compression?.Warnings ?? [])
            .Concat(distillation)
            .Concat(initialization)
            .GroupBy(static problem => (problem.Id, problem.Location, string.Join("\n", problem.Arguments)))
            .Select(static same => same.First())
            .ToImmutableArray();
    }
}
