using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>What becomes of the sums: bias, activation, rounding to the type of the weights, and where they go.</summary>
/// <typeparam name="TValue">The type of bias and result.</typeparam>
/// <param name="target">[vectors, rows].</param>
/// <param name="rows">How many rows.</param>
/// <param name="bias">[rows], or null.</param>
/// <param name="activation">The activation.</param>
internal readonly unsafe struct ProductOutput<TValue>(TValue* target, int rows, TValue* bias, FusedActivation activation)
    where TValue : unmanaged
{
    private readonly TValue* target = target;
    private readonly TValue* bias = bias;

    /// <summary>The result [.., rows] of later vectors.</summary>
    public ProductOutput<TValue> From(int vector) => new(target + ((long)vector * rows), rows, bias, activation);

    /// <summary>Writes one result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int vector, int row, float sum)
    {
        if (bias is not null)
        {
            sum += (float)Values.Read(bias + row);
        }

        if (activation != FusedActivation.None)
        {
            sum = Activations.Apply(activation, sum);
        }

        Values.Write(target + ((long)vector * rows) + row, sum);
    }

    /// <summary>Writes the results of some rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="sums">Of every row the sums of all vectors.</param>
    /// <param name="stride">From row to row of the sums.</param>
    /// <param name="vectors">How many vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(int first, int count, float* sums, int stride, int vectors)
    {
        // A cache line of results of one vector after the other, from sums that fit the first cache.
        const int Rows = 16;
        for (var row = 0; row < count; row += Rows)
        {
            var end = Math.Min(row + Rows, count);
            for (var vector = 0; vector < vectors; vector++)
            {
                for (var i = row; i < end; i++)
                {
                    Write(vector, first + i, sums[((long)i * stride) + vector]);
                }
            }
        }
    }
}
