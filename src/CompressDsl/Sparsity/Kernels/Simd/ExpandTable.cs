using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CompressDsl;

/// <summary>Where numbers go, for registers that have no instruction to expand, by the bits of their places.</summary>
internal static unsafe class ExpandTable
{
    /// <summary>For each of 256 patterns, for each of its eight places how many ones stand before it; 128 more where it has a zero itself.</summary>
    public static readonly byte* Ranks8 = Make(8, static (bits, place) => [Rank(bits, place, 128)]);

    /// <summary>For each of 16 patterns, the sixteen bytes of a shuffle of four numbers.</summary>
    public static readonly byte* Bytes4 = Make(4, static (bits, place) =>
        [.. Enumerable.Range(0, 4).Select(part => (byte)((Rank(bits, place, 32) * 4) + part))]);

    /// <summary>For each of 256 patterns, the places of its ones, in order; then zeros.</summary>
    public static readonly byte* Places8 = Make(8, static (bits, rank) =>
        [(byte)Enumerable.Range(0, 8).Where(place => (bits >> place & 1) != 0).ElementAtOrDefault(rank)]);

    /// <summary>Makes the tables, if they are not made yet. What is compiled after that, once and for all, has their addresses as constants.</summary>
    public static void Prepare() => RuntimeHelpers.RunClassConstructor(typeof(ExpandTable).TypeHandle);

    private static byte Rank(int bits, int place, int none) =>
        (byte)((bits >> place & 1) == 0 ? none : int.PopCount(bits & ((1 << place) - 1)));

    // Never freed: as long-lived as the process, and at one address.
    private static byte* Make(int places, Func<int, int, byte[]> entry)
    {
        byte[] table = [.. Enumerable.Range(0, 1 << places).SelectMany(bits => Enumerable.Range(0, places).SelectMany(place => entry(bits, place)))];
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)table.Length, 64);
        table.CopyTo(new Span<byte>(memory, table.Length));
        return memory;
    }
}
