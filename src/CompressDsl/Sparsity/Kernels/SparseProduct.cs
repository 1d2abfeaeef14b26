using System.Runtime.Intrinsics;

namespace CompressDsl;

/// <summary>y = f(x W^T + b) with a sparse W, on the CPU: picks the registers of the machine.</summary>
internal static unsafe class SparseProduct
{
    // Below that, in multiplications, waking another thread costs more than it does.
    private const long SmallestPart = 50_000;

    // So that no thread waits long for another.
    private const int PartsPerThread = 8;

    /// <summary>The widest registers to use, in bits; what the machine has, unless a test wants less.</summary>
    public static int Registers { get; set; } = Simd512.IsSupported ? 512 : Simd256.IsSupported ? 256 : 128;

    /// <summary>Computes a product with a bitmask matrix.</summary>
    /// <param name="rows">W.</param>
    /// <param name="x">[count, columns].</param>
    /// <param name="count">How many vectors.</param>
    /// <param name="output">Where y goes.</param>
    /// <param name="kernel">How.</param>
    /// <param name="threads">How many threads may take part.</param>
    public static void Run<TValue>(
        in BitmaskRows<TValue> rows, TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
        where TValue : unmanaged
    {
        if (kernel != ProductKernel.Dot)
        {
            Run<BitmaskRows<TValue>, TValue>(rows, x, count, output, kernel, threads);
            return;
        }

        ExpandTable.Prepare();
        var parts = Parts<BitmaskRows<TValue>, TValue>(rows, count, threads);
        if (Registers >= 512)
        {
            DotProduct<Simd512, Vector512<float>, TValue>.Run(rows, x, count, output, parts, threads);
        }
        else if (Registers >= 256)
        {
            DotProduct<Simd256, Vector256<float>, TValue>.Run(rows, x, count, output, parts, threads);
        }
        else
        {
            DotProduct<Simd128, Vector128<float>, TValue>.Run(rows, x, count, output, parts, threads);
        }
    }

    /// <summary>The same with a matrix of any format, by another kernel than <see cref="ProductKernel.Dot"/>.</summary>
    public static void Run<TRows, TValue>(
        in TRows rows, TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
        where TRows : unmanaged, ISparseRows<TValue>
        where TValue : unmanaged
    {
        ExpandTable.Prepare();
        var parts = Parts<TRows, TValue>(rows, count, threads);
        // Few vectors fill a narrow register better, and their panel stays in a nearer cache.
        if (Registers >= 512 && count > 8)
        {
            PanelProduct<Simd512, Vector512<float>, TRows, TValue>.Run(rows, x, count, output, kernel, parts, threads);
        }
        else if (Registers >= 256 && count > 4)
        {
            PanelProduct<Simd256, Vector256<float>, TRows, TValue>.Run(rows, x, count, output, kernel, parts, threads);
        }
        else
        {
            PanelProduct<Simd128, Vector128<float>, TRows, TValue>.Run(rows, x, count, output, kernel, parts, threads);
        }
    }

    private static int Parts<TRows, TValue>(in TRows rows, int count, int threads)
        where TRows : unmanaged, ISparseRows<TValue>
        where TValue : unmanaged
    {
        var work = Shares.Work<TRows, TValue>(rows, rows.Rows) * count;
        return (int)Math.Clamp(work / SmallestPart, 1, Math.Min(threads * PartsPerThread, rows.Rows));
    }
}
