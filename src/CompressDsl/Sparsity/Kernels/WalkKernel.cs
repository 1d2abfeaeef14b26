using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>
/// The stored numbers of a row, one after the other, times many columns whose sums stay in registers: what it multiplies falls with sparsity too.
/// </summary>
internal static unsafe class WalkKernel<TSimd, TVector, TValue>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
    where TValue : unmanaged
{
    /// <summary>Adds the products of some numbers of a row to the sums of four registers of columns.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="places">The place of each.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="x">For each place its columns, one after the other.</param>
    /// <param name="sums">The sums of the columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(TValue* values, ushort* places, int count, float* x, float* sums)
    {
        var columns = TSimd.Count * 4;
        TVector sum0 = TSimd.Load(sums), sum1 = TSimd.Load(sums + TSimd.Count), sum2 = TSimd.Load(sums + (2 * TSimd.Count)), sum3 = TSimd.Load(sums + (3 * TSimd.Count));
        for (nint i = 0; i < count; i++)
        {
            var weight = All(values + i);
            var at = x + ((nuint)places[i] * (nuint)columns);
            sum0 = TSimd.MultiplyAdd(weight, TSimd.Load(at), sum0);
            sum1 = TSimd.MultiplyAdd(weight, TSimd.Load(at + TSimd.Count), sum1);
            sum2 = TSimd.MultiplyAdd(weight, TSimd.Load(at + (2 * TSimd.Count)), sum2);
            sum3 = TSimd.MultiplyAdd(weight, TSimd.Load(at + (3 * TSimd.Count)), sum3);
        }

        TSimd.Store(sum0, sums);
        TSimd.Store(sum1, sums + TSimd.Count);
        TSimd.Store(sum2, sums + (2 * TSimd.Count));
        TSimd.Store(sum3, sums + (3 * TSimd.Count));
    }

    /// <summary>As <see cref="Four"/>, for two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two(TValue* values, ushort* places, int count, float* x, float* sums)
    {
        var columns = TSimd.Count * 2;
        TVector sum0 = TSimd.Load(sums), sum1 = TSimd.Load(sums + TSimd.Count), more0 = TSimd.Zero, more1 = TSimd.Zero;
        nint i = 0;
        for (; i < count - 1; i += 2)
        {
            var weight = All(values + i);
            var at = x + ((nuint)places[i] * (nuint)columns);
            sum0 = TSimd.MultiplyAdd(weight, TSimd.Load(at), sum0);
            sum1 = TSimd.MultiplyAdd(weight, TSimd.Load(at + TSimd.Count), sum1);
            weight = All(values + i + 1);
            at = x + ((nuint)places[i + 1] * (nuint)columns);
            more0 = TSimd.MultiplyAdd(weight, TSimd.Load(at), more0);
            more1 = TSimd.MultiplyAdd(weight, TSimd.Load(at + TSimd.Count), more1);
        }

        if (i < count)
        {
            var weight = All(values + i);
            var at = x + ((nuint)places[i] * (nuint)columns);
            sum0 = TSimd.MultiplyAdd(weight, TSimd.Load(at), sum0);
            sum1 = TSimd.MultiplyAdd(weight, TSimd.Load(at + TSimd.Count), sum1);
        }

        TSimd.Store(TSimd.Add(sum0, more0), sums);
        TSimd.Store(TSimd.Add(sum1, more1), sums + TSimd.Count);
    }

    /// <summary>As <see cref="Four"/>, for one register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(TValue* values, ushort* places, int count, float* x, float* sums)
    {
        TVector sum0 = TSimd.Load(sums), sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
        nint i = 0;
        for (; i < count - 3; i += 4)
        {
            sum0 = TSimd.MultiplyAdd(All(values + i), TSimd.Load(x + ((nuint)places[i] * (nuint)TSimd.Count)), sum0);
            sum1 = TSimd.MultiplyAdd(All(values + i + 1), TSimd.Load(x + ((nuint)places[i + 1] * (nuint)TSimd.Count)), sum1);
            sum2 = TSimd.MultiplyAdd(All(values + i + 2), TSimd.Load(x + ((nuint)places[i + 2] * (nuint)TSimd.Count)), sum2);
            sum3 = TSimd.MultiplyAdd(All(values + i + 3), TSimd.Load(x + ((nuint)places[i + 3] * (nuint)TSimd.Count)), sum3);
        }

        for (; i < count; i++)
        {
            sum0 = TSimd.MultiplyAdd(All(values + i), TSimd.Load(x + ((nuint)places[i] * (nuint)TSimd.Count)), sum0);
        }

        TSimd.Store(TSimd.Add(TSimd.Add(sum0, sum1), TSimd.Add(sum2, sum3)), sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector All(TValue* value) => TSimd.All(Values.Read(value));
}
