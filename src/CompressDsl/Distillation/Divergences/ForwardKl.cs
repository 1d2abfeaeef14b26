using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// KL(p ‖ q), p the teacher's and q the student's softened distribution. Paper: Hinton et al., Distilling the Knowledge in a Neural Network,
/// arXiv 1503.02531.
/// </summary>
public static class ForwardKl
{
    /// <summary>The mean over the rows, in nats; without the factor T^2.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <returns>A scalar, at least 0 but for rounding; its gradient goes to the student alone.</returns>
    public static Tensor Mean(LogitRows rows, double temperature) =>
        rows.Mean(Kl(rows.TeacherLogProbabilities(temperature), rows.StudentLogProbabilities(temperature)));

    /// <summary>KL(exp p ‖ exp q) of every row, from log-probabilities [rows, classes].</summary>
    internal static Tensor Kl(Tensor p, Tensor q) => Terms(p, q).sum(-1);

    /// <summary>What every class gives to it: p ln(p / q).</summary>
    internal static Tensor Terms(Tensor p, Tensor q) => p.exp() * (p - q);
}
