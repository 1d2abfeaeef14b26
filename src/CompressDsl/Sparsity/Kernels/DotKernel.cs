using System.Numerics;
using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>
/// Rows of a bitmask times few columns: the numbers of a row are put at their places, a register at a time, and multiplied there. What it reads falls with
/// sparsity, what it multiplies does not: the kernel of a product that waits for memory.
/// </summary>
internal static unsafe class DotKernel<TSimd, TVector, TValue>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
    where TValue : unmanaged
{
    /// <summary>How many places a step covers; what the columns are padded to, with zeros.</summary>
    public const int Step = 64;

    /// <summary>One row times one column.</summary>
    /// <param name="values">The stored numbers of the row; a register more can be read.</param>
    /// <param name="bits">One bit a place, the lowest first; eight bytes more can be read.</param>
    /// <param name="length">How many places.</param>
    /// <param name="x">The column, padded.</param>
    public static float One(TValue* values, byte* bits, int length, float* x)
    {
        TVector sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
        for (var place = 0; place < length; place += Step)
        {
            var word = Word(bits, place, length);
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

    /// <summary>One row times four columns.</summary>
    /// <param name="values">As of <see cref="One"/>.</param>
    /// <param name="bits">As of <see cref="One"/>.</param>
    /// <param name="length">How many places.</param>
    /// <param name="x">The columns, each padded.</param>
    /// <param name="stride">From column to column.</param>
    /// <param name="sums">The four results.</param>
    public static void Four(TValue* values, byte* bits, int length, float* x, nint stride, float* sums)
    {
        TVector sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
        TVector more0 = TSimd.Zero, more1 = TSimd.Zero, more2 = TSimd.Zero, more3 = TSimd.Zero;
        for (var place = 0; place < length; place += Step)
        {
            var word = Word(bits, place, length);
            for (var part = 0; part < Step; part += 2 * TSimd.Count)
            {
                var weights = Next(ref values, ref word);
                sum0 = TSimd.MultiplyAdd(weights, TSimd.Load(x), sum0);
                sum1 = TSimd.MultiplyAdd(weights, TSimd.Load(x + stride), sum1);
                sum2 = TSimd.MultiplyAdd(weights, TSimd.Load(x + (2 * stride)), sum2);
                sum3 = TSimd.MultiplyAdd(weights, TSimd.Load(x + (3 * stride)), sum3);
                x += TSimd.Count;
                weights = Next(ref values, ref word);
                more0 = TSimd.MultiplyAdd(weights, TSimd.Load(x), more0);
                more1 = TSimd.MultiplyAdd(weights, TSimd.Load(x + stride), more1);
                more2 = TSimd.MultiplyAdd(weights, TSimd.Load(x + (2 * stride)), more2);
                more3 = TSimd.MultiplyAdd(weights, TSimd.Load(x + (3 * stride)), more3);
                x += TSimd.Count;
            }
        }

        sums[0] = TSimd.Sum(TSimd.Add(sum0, more0));
        sums[1] = TSimd.Sum(TSimd.Add(sum1, more1));
        sums[2] = TSimd.Sum(TSimd.Add(sum2, more2));
        sums[3] = TSimd.Sum(TSimd.Add(sum3, more3));
    }

    /// <summary>The next 64 bits, with zeros from the end of the row on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(byte* bits, int place, int length)
    {
        var word = Unsafe.ReadUnaligned<ulong>(bits + (place >> 3));
        return length - place < Step ? word & ((1UL << (length - place)) - 1) : word;
    }

    /// <summary>The weights of the next register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Next(ref TValue* values, ref ulong word)
    {
        var bits = (uint)word & (uint)((1 << TSimd.Count) - 1);
        var packed = Values.Load<TSimd, TVector, TValue>(values);
        values += (nuint)(uint)BitOperations.PopCount(bits);
        word >>= TSimd.Count;
        return TSimd.Expand(packed, bits);
    }
}
