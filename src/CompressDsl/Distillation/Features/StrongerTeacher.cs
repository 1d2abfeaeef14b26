using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How the softened probabilities of student and teacher correlate, within every sample and, over the batch, within every class: T^2 times one minus the mean
/// Pearson correlation of each. Paper: Huang et al., Knowledge Distillation from A Stronger Teacher (DIST), arXiv 2205.10536.
/// </summary>
public static class StrongerTeacher
{
    /// <summary>The weighted sum of the two.</summary>
    /// <param name="student">The student's logits [batch, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape; no gradient flows into them.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="withinSamples">The weight of the correlation within samples.</param>
    /// <param name="withinClasses">The weight of the correlation within classes.</param>
    /// <param name="eps">The least norm of what deviates from a mean.</param>
    /// <returns>A scalar, at least 0.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(
        Tensor student, Tensor teacher, double temperature = 1, double withinSamples = 1, double withinClasses = 1, double eps = 1e-8)
    {
        FeatureShapes.Check(student, teacher, "logits [batch, classes] of the same shape",
            static (student, teacher) => student.Length == 2 && student.AsSpan().SequenceEqual(teacher));
        LogitRows.CheckTemperature(temperature);
        var q = (FeatureShapes.Widen(student) / temperature).softmax(1);
        var p = (FeatureShapes.Target(teacher, student) / temperature).softmax(1);
        return temperature * temperature * ((withinSamples * Uncorrelated(q, p)) + (withinClasses * Uncorrelated(q.t(), p.t())));

        Tensor Uncorrelated(Tensor q, Tensor p) => FeatureShapes.Mean(1 - nn.functional.cosine_similarity(Deviations(q), Deviations(p), dim: 1, eps: eps));

        static Tensor Deviations(Tensor rows) => rows - rows.mean([1], keepdim: true);
    }
}
