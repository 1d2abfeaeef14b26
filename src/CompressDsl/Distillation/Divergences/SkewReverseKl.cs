using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// KL(q ‖ Beta * q + (1 - Beta) * p), p the teacher's and q the student's softened distribution. Paper: Ko et al., DistiLLM, arXiv 2402.03898.
/// </summary>
public static class SkewReverseKl
{
    /// <inheritdoc cref="ForwardKl.Mean"/>
    /// <param name="rows">The rows that count.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="beta">The student's share of the mixture, in (0, 1).</param>
    public static Tensor Mean(LogitRows rows, double temperature, double beta)
    {
        Mixture.CheckShare(beta);
        var teacher = rows.TeacherLogProbabilities(temperature);
        var student = rows.StudentLogProbabilities(temperature);
        return rows.Mean(ForwardKl.Kl(student, Mixture.Log(beta, student, teacher)));
    }
}
