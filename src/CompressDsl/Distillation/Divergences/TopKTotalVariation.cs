using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Half the sum of |p - q| over the teacher's k most probable classes and the rest as one category. Paper: Wen et al., f-Divergence Minimization for
/// Sequence-Level Knowledge Distillation, arXiv 2307.15190.
/// </summary>
public static class TopKTotalVariation
{
    /// <inheritdoc cref="TopKForwardKl.Mean"/>
    public static Tensor Mean(Tensor studentLogits, TopKDistribution teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        return FeatureShapes.Mean(TotalVariation.PerRow(teacher.Categories, teacher.CategoriesOf(studentLogits, temperature)));
    }
}
