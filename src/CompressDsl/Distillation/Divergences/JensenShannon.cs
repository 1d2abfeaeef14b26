using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Generalised Jensen-Shannon: Beta * KL(p ‖ m) + (1 - Beta) * KL(q ‖ m), m = Beta * p + (1 - Beta) * q, p the teacher's and q the student's
/// softened distribution. Paper: Agarwal et al., On-Policy Distillation of Language Models (GKD), arXiv 2306.13649.
/// </summary>
public static class JensenShannon
{
    /// <inheritdoc cref="ForwardKl.Mean"/>
    /// <param name="rows">The rows that count.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="beta">The teacher's share of the mixture, in (0, 1).</param>
    public static Tensor Mean(LogitRows rows, double temperature, double beta)
    {
        Mixture.CheckShare(beta);
        var teacher = rows.TeacherLogProbabilities(temperature);
        var student = rows.StudentLogProbabilities(temperature);
        return rows.Mean(PerRow(teacher, student, beta));
    }

    /// <summary>The divergence of every row, from log-probabilities [rows, classes].</summary>
    internal static Tensor PerRow(Tensor teacher, Tensor student, double beta) => Terms(teacher, student, beta).sum(-1);

    /// <summary>What every class gives to it.</summary>
    internal static Tensor Terms(Tensor teacher, Tensor student, double beta)
    {
        var mixture = Mixture.Log(beta, teacher, student);
        return beta * ForwardKl.Terms(teacher, mixture) + (1 - beta) * ForwardKl.Terms(student, mixture);
    }
}
