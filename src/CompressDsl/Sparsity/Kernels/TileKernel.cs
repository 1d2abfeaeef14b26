using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>Six dense rows times columns, a block of sums in registers: the kernel of a product that waits for the multipliers.</summary>
internal static unsafe class TileKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>How many rows it takes.</summary>
    public const int Rows = 6;

    /// <summary>Adds the products of a tile to the sums of two registers of columns.</summary>
    /// <param name="tile">The numbers of six rows: all of a place, one after the other, then those of the next place.</param>
    /// <param name="length">How many places.</param>
    /// <param name="x">For each place its columns.</param>
    /// <param name="stride">From place to place.</param>
    /// <param name="sums">The sums of the columns, row after row.</param>
    /// <param name="sumStride">From row to row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two(float* tile, int length, float* x, nint stride, float* sums, nint sumStride)
    {
        var width = TSimd.Count;
        TVector a0 = TSimd.Load(sums), a1 = TSimd.Load(sums + width);
        TVector b0 = TSimd.Load(sums + sumStride), b1 = TSimd.Load(sums + sumStride + width);
        TVector c0 = TSimd.Load(sums + (2 * sumStride)), c1 = TSimd.Load(sums + (2 * sumStride) + width);
        TVector d0 = TSimd.Load(sums + (3 * sumStride)), d1 = TSimd.Load(sums + (3 * sumStride) + width);
        TVector e0 = TSimd.Load(sums + (4 * sumStride)), e1 = TSimd.Load(sums + (4 * sumStride) + width);
        TVector f0 = TSimd.Load(sums + (5 * sumStride)), f1 = TSimd.Load(sums + (5 * sumStride) + width);
        for (var place = 0; place < length; place++)
        {
            TVector x0 = TSimd.Load(x), x1 = TSimd.Load(x + width);
            var weight = TSimd.All(tile[0]);
            a0 = TSimd.MultiplyAdd(weight, x0, a0);
            a1 = TSimd.MultiplyAdd(weight, x1, a1);
            weight = TSimd.All(tile[1]);
            b0 = TSimd.MultiplyAdd(weight, x0, b0);
            b1 = TSimd.MultiplyAdd(weight, x1, b1);
            weight = TSimd.All(tile[2]);
            c0 = TSimd.MultiplyAdd(weight, x0, c0);
            c1 = TSimd.MultiplyAdd(weight, x1, c1);
            weight = TSimd.All(tile[3]);
            d0 = TSimd.MultiplyAdd(weight, x0, d0);
            d1 = TSimd.MultiplyAdd(weight, x1, d1);
            weight = TSimd.All(tile[4]);
            e0 = TSimd.MultiplyAdd(weight, x0, e0);
            e1 = TSimd.MultiplyAdd(weight, x1, e1);
            weight = TSimd.All(tile[5]);
            f0 = TSimd.MultiplyAdd(weight, x0, f0);
            f1 = TSimd.MultiplyAdd(weight, x1, f1);
            tile += Rows;
            x += stride;
        }

        TSimd.Store(a0, sums);
        TSimd.Store(a1, sums + width);
        TSimd.Store(b0, sums + sumStride);
        TSimd.Store(b1, sums + sumStride + width);
        TSimd.Store(c0, sums + (2 * sumStride));
        TSimd.Store(c1, sums + (2 * sumStride) + width);
        TSimd.Store(d0, sums + (3 * sumStride));
        TSimd.Store(d1, sums + (3 * sumStride) + width);
        TSimd.Store(e0, sums + (4 * sumStride));
        TSimd.Store(e1, sums + (4 * sumStride) + width);
        TSimd.Store(f0, sums + (5 * sumStride));
        TSimd.Store(f1, sums + (5 * sumStride) + width);
    }
}
