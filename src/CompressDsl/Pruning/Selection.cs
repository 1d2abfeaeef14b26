using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Chooses the lowest scores.</summary>
internal static class Selection
{
    // 0.29 is stored a little too low, and 100 * 0.29 is 28.999999999999996: what comes this near to a whole number is that number.
    private const double Rounding = 1e-6;

    /// <summary>How many of <paramref name="count"/> weights go: floor(count * sparsity).</summary>
    public static long Removed(long count, double sparsity) => Math.Min(count - 1, (long)Math.Floor((count * sparsity) + Rounding));

    /// <summary>The lowest <paramref name="count"/> of every row; among equal ones the first.</summary>
    /// <param name="scores">[rows, columns], without NaN.</param>
    /// <param name="count">How many of each row, in [0, columns].</param>
    /// <returns>[rows, columns], bool.</returns>
    public static Tensor Lowest(Tensor scores, long count)
    {
        if (count <= 0)
        {
            return zeros_like(scores, dtype: ScalarType.Bool);
        }

        using var scope = NewDisposeScope();
        var last = kthvalue(scores, count, dim: 1, keepdim: true).values;
        var chosen = scores.le(last);
        if (chosen.sum().to(ScalarType.Int64).item<long>() > count * scores.shape[0])
        {
            // Some row has more weights equal to its last one than there is room for.
            var below = scores.lt(last);
            var equal = scores.eq(last);
            var index = scores.shape[1] <= int.MaxValue ? ScalarType.Int32 : ScalarType.Int64;
            var room = count - below.sum(1, keepdim: true);
            chosen = below | (equal & equal.cumsum(1, index).le(room));
        }

        return chosen.MoveToOuterDisposeScope();
    }
}
