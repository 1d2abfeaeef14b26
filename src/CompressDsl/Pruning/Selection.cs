using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Chooses the lowest scores.</summary>
internal static class Selection
{
    // 0.29 is stored a little too low, and 100 * 0.29 is 28.999999999999996: what comes this near to a whole number is that number.
    private const double Rounding = 1e-6;

    /// <summary>How many of <paramref name="count"/> weights go: floor(count * sparsity), but never all.</summary>
    public static long Removed(long count, double sparsity) => Math.Min(count - 1, (long)Math.Floor((count * sparsity) + Rounding));

    /// <summary>What a rule removes from one matrix; a global scope counts as that of the layer.</summary>
    /// <param name="scores">[outputs, columns], without NaN; the lowest go.</param>
    /// <param name="rule">The pattern and the fraction.</param>
    /// <param name="cutOff">How many go where a fraction is asked for; says nothing for N:M.</param>
    /// <returns>[outputs, columns], bool.</returns>
    public static Tensor Choose(Tensor scores, SparsityRule rule, CutOff cutOff)
    {
        using var scope = NewDisposeScope();
        var chosen = rule switch
        {
            { IsSemiStructured: true } => Lowest(scores.reshape(-1, rule.M), rule.M - rule.N).reshape(scores.shape),
            { IsBlocked: true } => LowestBlocks(scores, rule, cutOff),
            { Scope: Scope.PerRow } => Lowest(scores, rule.Sparsity, cutOff),
            _ => Lowest(scores.reshape(1, -1), rule.Sparsity, cutOff).reshape(scores.shape),
        };
        return chosen.MoveToOuterDisposeScope();
    }

    /// <summary>The lowest fraction of every row.</summary>
    /// <param name="scores">[rows, columns], without NaN.</param>
    /// <param name="sparsity">The fraction, in (0, 1).</param>
    /// <param name="cutOff">How many that are.</param>
    /// <returns>[rows, columns], bool.</returns>
    public static Tensor Lowest(Tensor scores, double sparsity, CutOff cutOff)
    {
        var columns = scores.shape[1];
        var count = cutOff == CutOff.Exact ? Removed(columns, sparsity) : Math.Min(columns - 1, (long)(columns * sparsity));
        if (cutOff != CutOff.AtOrBelow)
        {
            return Lowest(scores, count);
        }

        using var scope = NewDisposeScope();
        return scores.le(kthvalue(scores, count + 1, dim: 1, keepdim: true).values).MoveToOuterDisposeScope();
    }

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

    private static Tensor LowestBlocks(Tensor scores, SparsityRule rule, CutOff cutOff)
    {
        long[] split = [scores.shape[0] / rule.BlockRows, rule.BlockRows, scores.shape[1] / rule.BlockColumns, rule.BlockColumns];

        // Minus infinity is what was pruned before: it says nothing of its block, unless all of the block is gone.
        var parts = scores.reshape(split);
        var gone = parts.isneginf();
        var blocks = parts.masked_fill(gone, 0).sum([1, 3]).masked_fill(gone.all(3).all(1), float.NegativeInfinity);
        return Lowest(blocks.reshape(1, -1), rule.Sparsity, cutOff).reshape(split[0], 1, split[2], 1).expand(split).reshape(scores.shape);
    }
}
