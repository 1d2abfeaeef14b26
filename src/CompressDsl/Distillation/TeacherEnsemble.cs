using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Makes several teachers one: logits whose softened distribution is the mean of theirs.</summary>
public static class TeacherEnsemble
{
    /// <summary>The mean of the softened probabilities: logits z with softmax(z / T) = the mean of softmax(z_i / T).</summary>
    /// <param name="temperature">T, greater than 0: they are right for this temperature alone.</param>
    /// <param name="logits">The logits of the teachers, of one shape [.., classes].</param>
    /// <returns>[.., classes], float32, or float64 where a teacher's are.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or there are none.</exception>
    public static Tensor Probabilities(double temperature, params IReadOnlyList<Tensor> logits)
    {
        LogitRows.CheckTemperature(temperature);
        Check(logits);
        using var scope = NewDisposeScope();
        var each = stack([.. logits.Select(z => (Wide(z) / temperature).log_softmax(-1))]);
        return (temperature * (each.logsumexp(0) - Math.Log(logits.Count))).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of the logits.</summary>
    /// <param name="temperature">Not read: the mean of logits is the same for all temperatures.</param>
    /// <param name="logits">The logits of the teachers, of one shape [.., classes].</param>
    /// <returns>[.., classes], float32, or float64 where a teacher's are.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or there are none.</exception>
    public static Tensor Logits(double temperature, params IReadOnlyList<Tensor> logits)
    {
        Check(logits);
        using var scope = NewDisposeScope();
        return stack([.. logits.Select(Wide)]).mean([0]).MoveToOuterDisposeScope();
    }

    private static Tensor Wide(Tensor logits) => logits.dtype == ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);

    private static void Check(IReadOnlyList<Tensor> logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Count == 0 || logits.FirstOrDefault(other => !other.shape.AsSpan().SequenceEqual(logits[0].shape)) is not null)
        {
            throw new ArgumentException(
                $"The teachers' logits are {string.Join(" and ", logits.Select(static z => $"[{string.Join(", ", z.shape)}]"))}; " +
                "to be made one they must have the same shape: the same classes, in the same order.");
        }
    }
}
