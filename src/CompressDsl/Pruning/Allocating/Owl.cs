using System.Globalization;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Outlier-weighed layerwise sparsity: layers with more outliers keep more.</summary>
/// <remarks>
/// The mean over the layers, each counted once however large it is, is the target. Paper: Yin et al., Outlier Weighed Layerwise Sparsity (OWL), arXiv
/// 2310.05175; code: luuyin/OWL.
/// </remarks>
internal static class Owl
{
    /// <summary>How many of the scores of a layer stand out.</summary>
    /// <param name="scores">|weight| * activation norm of every weight of the layer, of any shapes.</param>
    /// <param name="m">An outlier is above this many times the mean of all of them.</param>
    /// <returns>Percent, in [0, 100].</returns>
    /// <exception cref="InvalidOperationException">A score is not finite.</exception>
    public static double OutlierShare(IEnumerable<Tensor> scores, double m)
    {
        using var scope = NewDisposeScope();
        var all = scores.ToArray();
        var count = all.Sum(static score => score.numel());
        var bound = m * all.Sum(static score => score.sum(ScalarType.Float64).item<double>()) / count;
        return double.IsFinite(bound)
            ? 100.0 * all.Sum(score => score.gt(bound).sum().item<long>()) / count
            : throw new InvalidOperationException("OWL cannot tell outliers among weights and activations that are not finite.");
    }

    /// <summary>The sparsity of every layer.</summary>
    /// <param name="shares">What <see cref="OutlierShare"/> says of each; at least one.</param>
    /// <param name="target">The mean of the results, in (0, 1).</param>
    /// <param name="lambda">The results lie within this of their middle, greater than 0.</param>
    /// <returns>The fractions removed, in (0, 1). All are the target where the shares are equal.</returns>
    /// <exception cref="InvalidOperationException">A fraction would not be in (0, 1).</exception>
    public static double[] Sparsities(IReadOnlyList<double> shares, double target, double lambda)
    {
        var (least, most) = (shares.Min(), shares.Max());
        if (least == most)
        {
            return [.. shares.Select(_ => target)];
        }

        var scaled = shares.Select(share => (share - least) / (most - least)).ToArray();
        var mean = scaled.Average();
        var sparsities = scaled.Select(value => target + (2 * lambda * (mean - value))).ToArray();
        for (var i = 0; i < sparsities.Length; i++)
        {
            if (!(sparsities[i] > 0 && sparsities[i] < 1))
            {
                var bound = Math.Min((1 - target) / (2 * mean), target / (2 * (1 - mean)));
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"OWL with lambda {lambda} would give layer {i} of {sparsities.Length} the sparsity {sparsities[i]:0.####}, which is not between "
                    + $"0 and 1; with these layers and a target of {target} lambda must be less than {bound:0.####}."));
            }
        }

        return sparsities;
    }
}
