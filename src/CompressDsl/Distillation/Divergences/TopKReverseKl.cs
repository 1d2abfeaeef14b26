using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// KL(q ‖ p) over the teacher's k most probable classes and the rest as one category, p the teacher's and q the student's distribution. The teacher
/// needs a tail: without one, whatever the student gives to the rest costs without bound. Paper: Gu et al., MiniLLM, arXiv 2306.08543.
/// </summary>
public static class TopKReverseKl
{
    /// <inheritdoc cref="TopKForwardKl.Mean"/>
    public static Tensor Mean(Tensor studentLogits, TopKDistribution teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        return FeatureShapes.Mean(ForwardKl.Kl(teacher.CategoriesOf(studentLogits, temperature), teacher.Categories));
    }
}
