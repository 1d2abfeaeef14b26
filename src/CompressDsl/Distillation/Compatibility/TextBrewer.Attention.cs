using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <content>
/// Losses on attention scores. With a mask they are means over the queries and keys that count; without one, scores at or below -0.001 are taken for padding:
/// they become 0, or lose their teacher's probability.
/// </content>
public static partial class TextBrewer
{
    private const double Padding = -1e-3;

    /// <summary>att_mse_loss: with a mask, <see cref="CompressDsl.AttentionMeanSquared"/>.</summary>
    /// <param name="student">[batch, heads, length, length].</param>
    /// <param name="teacher">The same shape.</param>
    /// <param name="mask">[batch, length]; 0 or false leaves a place out. Null: see above.</param>
    /// <returns>A scalar; its gradient goes to the student alone.</returns>
    public static Tensor AttentionMeanSquared(Tensor student, Tensor teacher, Tensor? mask) => mask is null
        ? CompressDsl.AttentionMeanSquared.Mean(WithoutPadding(student), WithoutPadding(teacher), null)
        : CompressDsl.AttentionMeanSquared.Mean(student, teacher, mask);

    /// <summary>att_mse_sum_loss: the same of the sum over the heads.</summary>
    /// <inheritdoc cref="AttentionMeanSquared"/>
    /// <param name="student">[batch, heads, length, length], or [batch, length, length].</param>
    /// <param name="teacher">The same shape; heads may differ.</param>
    /// <param name="mask">[batch, length]; 0 or false leaves a place out. Null: see above.</param>
    public static Tensor AttentionMeanSquaredSum(Tensor student, Tensor teacher, Tensor? mask)
    {
        return AttentionMeanSquared(OverHeads(student), OverHeads(teacher), mask);

        static Tensor OverHeads(Tensor scores) => scores.dim() == 4 ? scores.sum(dim: 1, keepdim: true) : scores.unsqueeze(1);
    }

    /// <summary>
    /// att_ce_loss: the cross-entropy of softmax(scores) over all keys, of which those that do not count are left out of the sum; the mean over heads and
    /// queries.
    /// </summary>
    /// <inheritdoc cref="AttentionMeanSquared"/>
    public static Tensor AttentionCrossEntropy(Tensor student, Tensor teacher, Tensor? mask)
    {
        var (scores, wanted) = (FeatureShapes.Widen(student), FeatureShapes.Target(teacher, student));
        var p = wanted.softmax(-1);
        if (mask is null)
        {
            p = p.masked_fill(wanted.le(Padding), 0);
        }

        var maps = AttentionMaps.Select(scores.log_softmax(-1).clamp(min: float.MinValue), p, mask, mask);
        return -FeatureShapes.Mean((maps.Teacher * maps.Student).sum(-1));
    }

    /// <summary>att_ce_mean_loss: the same of the mean over the heads.</summary>
    /// <inheritdoc cref="AttentionMeanSquaredSum"/>
    public static Tensor AttentionCrossEntropyMean(Tensor student, Tensor teacher, Tensor? mask)
    {
        return AttentionCrossEntropy(OverHeads(student), OverHeads(teacher), mask);

        static Tensor OverHeads(Tensor scores) => scores.dim() == 4 ? scores.mean([1], keepdim: true) : scores.unsqueeze(1);
    }

    private static Tensor WithoutPadding(Tensor scores) => scores.masked_fill(scores.le(Padding), 0);
}
