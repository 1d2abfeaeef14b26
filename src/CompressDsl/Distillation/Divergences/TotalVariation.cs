using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Half the sum of |p - q|, p the teacher's and q the student's softened distribution. Paper: Wen et al., f-Divergence Minimization for
/// Sequence-Level Knowledge Distillation, arXiv 2307.15190.
/// </summary>
public static class TotalVariation
{
    /// <summary>The mean over the rows, in [0, 1]; without the factor T^2.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <returns>A scalar; its gradient goes to the student alone, and is 0 where p = q.</returns>
    public static Tensor Mean(LogitRows rows, double temperature) =>
        rows.Mean(PerRow(rows.TeacherLogProbabilities(temperature), rows.StudentLogProbabilities(temperature)));

    /// <summary>The distance of every row, from log-probabilities [rows, classes].</summary>
    internal static Tensor PerRow(Tensor teacher, Tensor student) => 0.5 * (teacher.exp() - student.exp()).abs().sum(-1);
}
