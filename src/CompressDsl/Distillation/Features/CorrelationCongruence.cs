using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How the samples of a batch correlate: the mean squared difference of their kernel matrices. Paper: Peng et al., Correlation Congruence for Knowledge
/// Distillation, arXiv 1904.01802.
/// </summary>
public static class CorrelationCongruence
{
    /// <summary>With the Gaussian kernel, as its Taylor series for samples of norm 1: exp(-2 gamma) times the sum of (2 gamma)^p / p! (x·y)^p.</summary>
    /// <param name="student">[batch, ..].</param>
    /// <param name="teacher">[batch, ..]; all but the batch may differ. No gradient flows into it.</param>
    /// <param name="gamma">One over twice the squared width of the kernel, greater than 0; 0.4 in the paper.</param>
    /// <param name="order">The last power, at least 1; 2 in the paper.</param>
    /// <returns>A scalar, at least 0: the mean over all pairs of samples.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher, double gamma = 0.4, int order = 2) =>
        FeatureShapes.Mean(Difference(student, teacher, products => Gaussian(products, gamma, order)).square());

    /// <summary>With inner products as they are.</summary>
    /// <inheritdoc cref="Mean"/>
    public static Tensor BilinearMean(Tensor student, Tensor teacher) => FeatureShapes.Mean(Difference(student, teacher, static products => products).square());

    /// <summary>The difference of the kernel matrices [batch, batch].</summary>
    internal static Tensor Difference(Tensor student, Tensor teacher, Func<Tensor, Tensor> kernel)
    {
        var (ours, theirs) = FeatureShapes.Samples(student, teacher);
        return kernel(ours.matmul(ours.t())) - kernel(theirs.matmul(theirs.t()));
    }

    /// <summary>The kernel of inner products.</summary>
    internal static Tensor Gaussian(Tensor products, double gamma, int order)
    {
        if (!(double.IsFinite(gamma) && gamma > 0) || order < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), $"Gamma is {gamma} and the order {order}; they must be greater than 0, and at least 1.");
        }

        // Horner's scheme: 1 + a x (1 + a x / 2 (1 + a x / 3 (..))).
        var series = ones_like(products);
        for (var p = order; p >= 1; p--)
        {
            series = 1 + (2 * gamma / p * products * series);
        }

        return Math.Exp(-2 * gamma) * series;
    }
}
