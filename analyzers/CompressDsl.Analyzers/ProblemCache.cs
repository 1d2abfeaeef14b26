using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>Reads every class of a compilation once for all rules, and forgets it with the compilation.</summary>
internal static class ProblemCache
{
    private static readonly ConditionalWeakTable<Compilation, Found> Compilations = new();

    /// <summary>The problems of one type. What several types stumble over in code that they share is a problem of one of them.</summary>
    public static ImmutableArray<Problem> Find(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var found = Compilations.GetValue(compilation, static _ => new Found());

        return found.Types.TryGetValue(type, out var known) ? known : found.Types.GetOrAdd(type, type => ClassReader.FindProblems(type, compilation, token)
            .Where(problem => problem.Location is null || SymbolEqualityComparer.Default.Equals(found.Claims.GetOrAdd((problem.Id, problem.Location), type), type))
            .ToImmutableArray());
    }

    private sealed class Found
    {
        public ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<Problem>> Types { get; } = new(SymbolEqualityComparer.Default);

        public ConcurrentDictionary<(string Id, Location Location), INamedTypeSymbol> Claims { get; } = new();
    }
}
