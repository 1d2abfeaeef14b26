using System.Numerics;
using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>
/// A row of a bitmask times few vectors: its numbers are put at their places, a register at a time, and multiplied there. What it reads falls with
/// sparsity, what it multiplies does not: the kernel of a product that waits for memory.
/// </summary>
/// <remarks>One row after the other, as they lie in memory: of several at once the prefetchers lose track, and that costs more than it saves.</remarks>
internal static unsafe class DotKernel<TSimd, TVector, TValue>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
    where TValue : unmanaged
{
    /// <summary>How many places a step covers; vectors are filled up to a multiple of it, with zeros.</summary>
    public const int Step = 64;

    /// <summary>A row times one vector.</summary>
    /// <param name="rows">The matrix.</param>
    /// <param name="row">Its row.</param>
    /// <param name="x">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float One(in BitmaskRows<TValue> rows, int row, float* x)
    {
        var values = rows.Values(row);
        var bits = rows.Bits(row);
        var readsLines = ReadsLines(rows, row);
        TVector sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
        for (var left = rows.Columns; left > 0; left -= Step)
        {
            var word = Word(bits, left);
            bits += sizeof(ulong);
            Prefetch(values, readsLines);

            for (var part = 0; part < Step; part += 4 * TSimd.Count)
            {
                sum0 = TSimd.MultiplyAdd(Next(ref values, ref word), TSimd.Load(x), sum0);
                sum1 = TSimd.MultiplyAdd(Next(ref values, ref word), TSimd.Load(x + TSimd.Count), sum1);
                sum2 = TSimd.MultiplyAdd(Next(ref values, ref word), TSimd.Load(x + (2 * TSimd.Count)), sum2);
                sum3 = TSimd.MultiplyAdd(Next(ref values, ref word), TSimd.Load(x + (3 * TSimd.Count)), sum3);
                x += 4 * TSimd.Count;
            }
        }

        return TSimd.Sum(TSimd.Add(TSimd.Add(sum0, sum1), TSimd.Add(sum2, sum3)));
    }

    /// <summary>A row times four vectors.</summary>
    /// <param name="rows">The matrix.</param>
    /// <param name="row">Its row.</param>
    /// <param name="x">The vectors.</param>
    /// <param name="stride">From vector to vector.</param>
    /// <param name="sums">[4].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(in BitmaskRows<TValue> rows, int row, float* x, nint stride, float* sums)
    {
        var values = rows.Values(row);
        var bits = rows.Bits(row);
        var readsLines = ReadsLines(rows, row);
        TVector sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
        TVector more0 = TSimd.Zero, more1 = TSimd.Zero, more2 = TSimd.Zero, more3 = TSimd.Zero;
        for (var left = rows.Columns; left > 0; left -= Step)
        {
            var word = Word(bits, left);
            bits += sizeof(ulong);
            Prefetch(values, readsLines);

            for (var part = 0; part < Step; part += 2 * TSimd.Count)
            {
                var some = Next(ref values, ref word);
                sum0 = TSimd.MultiplyAdd(some, TSimd.Load(x), sum0);
                sum1 = TSimd.MultiplyAdd(some, TSimd.Load(x + stride), sum1);
                sum2 = TSimd.MultiplyAdd(some, TSimd.Load(x + (2 * stride)), sum2);
                sum3 = TSimd.MultiplyAdd(some, TSimd.Load(x + (3 * stride)), sum3);
                x += TSimd.Count;
                some = Next(ref values, ref word);
                more0 = TSimd.MultiplyAdd(some, TSimd.Load(x), more0);
                more1 = TSimd.MultiplyAdd(some, TSimd.Load(x + stride), more1);
                more2 = TSimd.MultiplyAdd(some, TSimd.Load(x + (2 * stride)), more2);
                more3 = TSimd.MultiplyAdd(some, TSimd.Load(x + (3 * stride)), more3);
                x += TSimd.Count;
            }
        }

        sums[0] = TSimd.Sum(TSimd.Add(sum0, more0));
        sums[1] = TSimd.Sum(TSimd.Add(sum1, more1));
        sums[2] = TSimd.Sum(TSimd.Add(sum2, more2));
        sums[3] = TSimd.Sum(TSimd.Add(sum3, more3));
    }

    // Two lines ahead at every step, where a step reads more than one.
    private static bool ReadsLines(in BitmaskRows<TValue> rows, int row) =>
        (rows.Offset(row + 1) - rows.Offset(row)) * Step * sizeof(TValue) > (long)rows.Columns * Cache.Line;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(TValue* values, bool readsLines)
    {
        Cache.Prefetch((byte*)values + Cache.Ahead);
        if (readsLines)
        {
            Cache.Prefetch((byte*)values + Cache.Ahead + Cache.Line);
        }
    }

    /// <summary>The bits of the next 64 places, of which so many are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(byte* bits, int left)
    {
        var word = Unsafe.ReadUnaligned<ulong>(bits);
        return left < Step ? word & ((1UL << left) - 1) : word;
    }

    /// <summary>The weights of the next register. Two locals and no struct: the compiler keeps those in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Next(ref TValue* values, ref ulong word)
    {
        var places = (uint)word & (uint)((1 << TSimd.Count) - 1);
        var packed = Values.Load<TSimd, TVector, TValue>(values);
        values += (nuint)(uint)BitOperations.PopCount(places);
        word >>= TSimd.Count;
        return TSimd.Expand(packed, places);
    }
}
