using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score of a weight is |w| times the norm of its input; the lowest of every row go, and the weights that stay are not changed.
/// </summary>
/// <remarks>Paper: Sun et al., A Simple and Effective Pruning Approach for Large Language Models, arXiv 2306.11695; code: locuslab/wanda.</remarks>
internal static class Wanda
{
    private const double LargestAlpha = 0.8;
    private const float Near = 0.001f;

    /// <summary>The scores.</summary>
    /// <param name="matrix">The weight as a matrix [outputs, columns], of any floating-point type.</param>
    /// <param name="meanSquares">float32 [columns]: <see cref="ActivationNorms.MeanSquares"/>.</param>
    /// <returns>float32, at least 0, [outputs, columns]. A new tensor.</returns>
    public static Tensor Score(Tensor matrix, Tensor meanSquares)
    {
        using var scope = NewDisposeScope();
        return matrix.detach().to(ScalarType.Float32).abs().mul(meanSquares.sqrt()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The variant of the published code: the scores that go from a row are together at most the share alpha of its sum, one alpha for all rows, so
    /// that rows lose different numbers. Alpha is bisected in [0, 0.8] until the sparsity is within 0.001 of what was asked for, or the interval
    /// shorter than 0.001.
    /// </summary>
    /// <param name="scores">float32 [outputs, columns], without NaN; what is below 0 was pruned before and goes first.</param>
    /// <param name="sparsity">The fraction that is to go, in (0, 1); what goes is near it.</param>
    /// <param name="alpha">The share that was found.</param>
    /// <returns>bool [outputs, columns].</returns>
    public static Tensor ChooseVariant(Tensor scores, double sparsity, out double alpha)
    {
        using var scope = NewDisposeScope();
        scores = scores.clamp_min(0);
        var sorted = sort(scores, dim: 1, stable: true).values;
        var (cumulative, sums) = (sorted.cumsum(1), scores.sum(1, keepdim: true));
        var (low, high) = (0.0, LargestAlpha);
        alpha = LargestAlpha / 2;
        while (true)
        {
            using var inner = NewDisposeScope();
            var count = cumulative.le(sums * alpha).sum(1, keepdim: true);
            var last = sorted.gather(1, count.sub(1).clamp_min(0));
            var chosen = scores.le(last) & count.gt(0);

            // In float32, as published: it decides when the search ends.
            var reached = (float)chosen.sum().item<long>() / scores.numel();
            if (!(MathF.Abs(reached - (float)sparsity) > Near && high - low >= Near))
            {
                inner.MoveToOuter(chosen);
                return chosen.MoveToOuterDisposeScope();
            }

            if (reached > (float)sparsity)
            {
                (alpha, high) = ((alpha + low) / 2, alpha);
            }
            else
            {
                (alpha, low) = ((alpha + high) / 2, alpha);
            }
        }
    }
}
