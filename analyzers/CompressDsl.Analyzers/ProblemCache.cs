using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>Reads every class of a compilation once for all rules, and forgets it with the compilation.</summary>
internal static class ProblemCache
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<Problem>>> Compilations = new();

    /// <summary>The problems of one type.</summary>
    public static ImmutableArray<Problem> Find(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
        => Compilations
            .GetValue(compilation, static _ => new ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<Problem>>(SymbolEqualityComparer.Default))
            .GetOrAdd(type, type => ClassReader.FindProblems(type, compilation, token));
}
