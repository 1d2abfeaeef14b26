using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// KL(q ‖ p), p the teacher's and q the student's softened distribution. Paper: Gu et al., MiniLLM, arXiv 2306.08543.
/// </summary>
public static class ReverseKl
{
    /// <inheritdoc cref="ForwardKl.Mean"/>
    public static Tensor Mean(LogitRows rows, double temperature) =>
        rows.Mean(ForwardKl.Kl(rows.StudentLogProbabilities(temperature), rows.TeacherLogProbabilities(temperature)));
}
