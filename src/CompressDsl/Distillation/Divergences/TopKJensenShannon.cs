using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Generalised Jensen-Shannon over the teacher's k most probable classes and the rest as one category. Paper: Agarwal et al., On-Policy Distillation
/// of Language Models (GKD), arXiv 2306.13649.
/// </summary>
public static class TopKJensenShannon
{
    /// <inheritdoc cref="TopKForwardKl.Mean"/>
    /// <param name="studentLogits">The student's logits [rows, classes], not softened.</param>
    /// <param name="teacher">What the teacher says of the same rows, already at temperature T.</param>
    /// <param name="temperature">T, greater than 0, of the student.</param>
    /// <param name="beta">The teacher's share of the mixture, in (0, 1).</param>
    public static Tensor Mean(Tensor studentLogits, TopKDistribution teacher, double temperature, double beta)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        Mixture.CheckShare(beta);
        var (p, q) = (teacher.Categories, teacher.CategoriesOf(studentLogits, temperature));
        return FeatureShapes.Mean(JensenShannon.PerRow(p, q, beta));
    }
}
