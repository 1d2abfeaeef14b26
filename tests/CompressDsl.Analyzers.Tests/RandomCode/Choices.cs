using CsCheck;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The choices that a random program is made of, from a seed: the same program for it whenever, and on whatever machine.</summary>
internal sealed class Choices
{
    private static readonly Gen<int[]> Numbers = Gen.Int[0, 9999].Array[1200];

    private readonly int[] numbers;
    private int next;

    public Choices(ulong seed) => numbers = Numbers.Generate(new PCG(1, seed), null, out _);

    /// <summary>A number from 0 on, below another one.</summary>
    public int Below(int count) => numbers[next++ % numbers.Length] % count;

    /// <summary>Whether something happens that happens in so many of a hundred cases.</summary>
    public bool Happens(int percent) => Below(100) < percent;

    /// <summary>One of several.</summary>
    public T One<T>(params IReadOnlyList<T> several) => several[Below(several.Count)];

    /// <summary>One of several that fit, or null.</summary>
    public T? OneOrNone<T>(IEnumerable<T> several)
        where T : class
        => several.ToArray() is { Length: > 0 } found ? One<T>(found) : null;

    /// <summary>Several of several, none of them twice, in the order in which they came.</summary>
    public IEnumerable<T> Some<T>(IReadOnlyList<T> several, int percent) => [.. several.Where(_ => Happens(percent))];
}
