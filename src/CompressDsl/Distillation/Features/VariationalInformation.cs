using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How probable the teacher's features are under a normal distribution that the student predicts, as a negative logarithm without its constant. Paper: Ahn et
/// al., Variational Information Distillation for Knowledge Transfer, arXiv 1904.05835.
/// </summary>
public static class VariationalInformation
{
    /// <summary>The mean over all elements of ((mean - teacher)^2 / variance + ln variance) / 2.</summary>
    /// <param name="mean">What the student predicts [batch, ..].</param>
    /// <param name="variance">The variance that it predicts, greater than 0; the same shape, or one that spreads to it.</param>
    /// <param name="teacher">The teacher's features, in the shape of the mean; no gradient flows into them.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor mean, Tensor variance, Tensor teacher)
    {
        FeatureShapes.Check(mean, teacher, "[batch, ..], the same for both", static (student, teacher) => student.AsSpan().SequenceEqual(teacher));
        var spread = FeatureShapes.Widen(variance);
        return FeatureShapes.Mean(0.5 * (((FeatureShapes.Widen(mean) - FeatureShapes.Target(teacher, mean)).square() / spread) + spread.log()));
    }
}
