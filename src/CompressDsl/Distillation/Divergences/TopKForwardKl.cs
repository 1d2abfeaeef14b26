using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// KL(p ‖ q) over the teacher's k most probable classes and the rest as one category, p the teacher's and q the student's distribution. Paper: Peng et
/// al., Pre-training Distillation for Large Language Models, arXiv 2410.16215 (top-k logits, stored).
/// </summary>
public static class TopKForwardKl
{
    /// <summary>The mean over the rows, in nats; without the factor T^2.</summary>
    /// <param name="studentLogits">The student's logits [rows, classes], not softened.</param>
    /// <param name="teacher">What the teacher says of the same rows, already at temperature T.</param>
    /// <param name="temperature">T, greater than 0, of the student.</param>
    /// <returns>A scalar, at least 0 but for rounding; 0, with a gradient of 0, when there is no row. Its gradient goes to the student alone.</returns>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    public static Tensor Mean(Tensor studentLogits, TopKDistribution teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        return FeatureShapes.Mean(ForwardKl.Kl(teacher.Categories, teacher.CategoriesOf(studentLogits, temperature)));
    }
}
