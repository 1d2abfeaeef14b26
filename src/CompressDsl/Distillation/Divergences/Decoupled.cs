using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// KL of (target, all the rest) plus Beta times KL among the rest, the rest renormalised, both from the teacher's softened distribution to the
/// student's. Paper: Zhao et al., Decoupled Knowledge Distillation, arXiv 2203.08679.
/// </summary>
public static class Decoupled
{
    /// <inheritdoc cref="ForwardKl.Mean"/>
    /// <remarks>
    /// A row whose label is not among the shared classes (<see cref="Vocabulary.Truncate"/>) has no target: all its classes are the rest.
    /// </remarks>
    /// <param name="rows">The rows that count.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="beta">The weight of the KL among the rest, at least 0.</param>
    public static Tensor Mean(LogitRows rows, double temperature, double beta)
    {
        if (!(double.IsFinite(beta) && beta >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "Beta must be a finite number, at least 0.");
        }

        var isTarget = arange(rows.Teacher.shape[1], device: rows.Labels.device).eq(rows.Labels.unsqueeze(1));
        var isRest = isTarget.logical_not();
        var teacher = new Split(rows.TeacherLogProbabilities(temperature), isTarget, isRest);
        var student = new Split(rows.StudentLogProbabilities(temperature), isTarget, isRest);
        return rows.Mean(ForwardKl.Kl(teacher.Binary, student.Binary) + beta * ForwardKl.Kl(teacher.AmongRest, student.AmongRest));
    }

    /// <summary>One distribution taken apart; all in logarithms.</summary>
    private readonly struct Split
    {
        public Split(Tensor logProbabilities, Tensor isTarget, Tensor isRest)
        {
            var target = logProbabilities.masked_fill(isRest, float.MinValue).logsumexp(-1);
            // Not ln(1 - p): where the target has nearly everything, that would be ln of rounding.
            var restOnly = logProbabilities.masked_fill(isTarget, float.MinValue);
            var rest = restOnly.logsumexp(-1);
            Binary = stack([target, rest], -1);
            AmongRest = restOnly - rest.unsqueeze(-1);
        }

        /// <summary>[rows, 2]: the target, and all the rest together.</summary>
        public Tensor Binary { get; }

        /// <summary>[rows, classes]: the rest, renormalised; the target has no probability here.</summary>
        public Tensor AmongRest { get; }
    }
}
