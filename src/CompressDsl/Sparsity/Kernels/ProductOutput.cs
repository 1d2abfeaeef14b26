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

    /// <summary>Writes the results of some rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="sums">Of every row the sums of all vectors; they are written over.</param>
    /// <param name="stride">From row to row of the sums.</param>
    /// <param name="vectors">How many vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(int first, int count, float* sums, int stride, int vectors)
    {
        // A cache line of results of one vector after the other, from sums that fit the first cache.
        const int Rows = 16;
        for (; count > 0; count -= Rows, first += Rows, sums += (nint)Rows * stride)
        {
            var some = Math.Min(Rows, count);
            AddBias(first, some, sums, stride);
            if (activation != FusedActivation.None)
            {
                Activations.Apply(activation, sums, some * stride);
            }

            for (var vector = 0; vector < vectors; vector++)
            {
                for (var i = 0; i < some; i++)
                {
                    Values.Write(target + ((long)vector * rows) + first + i, sums[((nint)i * stride) + vector]);
                }
            }
        }
    }

    private void AddBias(int first, int count, float* sums, int stride)
    {
        for (var row = 0; bias is not null && row < count; row++)
        {
            var addend = Values.Read(bias + first + row);
            for (var i = 0; i < stride; i++)
            {
                sums[((nint)row * stride) + i] += addend;
            }
        }
    }
}
