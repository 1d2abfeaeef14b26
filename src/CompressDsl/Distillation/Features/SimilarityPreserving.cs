using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Which samples of a batch are alike: the mean squared difference of the matrices of their inner products, every row normalised. Paper: Tung and Mori,
/// Similarity-Preserving Knowledge Distillation, arXiv 1907.09682.
/// </summary>
public static class SimilarityPreserving
{
    /// <summary>The mean over all pairs of samples.</summary>
    /// <param name="student">[batch, ..].</param>
    /// <param name="teacher">[batch, ..]; all but the batch may differ. No gradient flows into it.</param>
    /// <returns>A scalar, at least 0.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher) => FeatureShapes.Mean(Difference(student, teacher, 2).square());

    /// <summary>The difference of the matrices [batch, batch], rows normalised by a norm of an order.</summary>
    internal static Tensor Difference(Tensor student, Tensor teacher, double order)
    {
        var (ours, theirs) = FeatureShapes.Samples(student, teacher);
        return Similarities(ours) - Similarities(theirs);

        Tensor Similarities(Tensor samples) => nn.functional.normalize(samples.matmul(samples.t()), order, dim: 1);
    }
}
