using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>What DistillKit stores of a teacher: its k most probable classes at every place.</summary>
/// <param name="Ids">The classes, int64 [batch, length, k].</param>
/// <param name="Values">Their log-probabilities, or their logits [batch, length, k].</param>
/// <param name="AreLogProbabilities">Whether the values are log-probabilities.</param>
/// <param name="GenerationTemperature">The temperature at which the values were stored, greater than 0.</param>
public sealed record DistillKitSignal(Tensor Ids, Tensor Values, bool AreLogProbabilities = true, double GenerationTemperature = 1)
{
    /// <summary>The distribution at a temperature, at the places that count; of the type that the student's are computed in.</summary>
    internal TopKDistribution At(double temperature, MissingProbability missing, Tensor? kept, ScalarType type)
    {
        if (!AreLogProbabilities && missing != MissingProbability.Zero)
        {
            throw new ArgumentException($"The signal's values are logits, which do not say what the other classes have: take {nameof(MissingProbability.Zero)}.");
        }

        using var noGradient = no_grad();
        // In float64: what is left of 1 is a small difference.
        var values = Rows(Values, kept).to(ScalarType.Float64);
        var tail = AreLogProbabilities ? (1 - values.exp().sum(dim: -1)).clamp(min: 0).log() : full_like(values.select(1, 0), TopKDistribution.LogZero);
        var kept64 = new TopKDistribution(Rows(Ids, kept).to(ScalarType.Int64), values, tail.clamp(min: TopKDistribution.LogZero));

        var ratio = LogitRows.CheckTemperature(temperature) / LogitRows.CheckTemperature(GenerationTemperature);
        // As in math.isclose: a temperature that differs by rounding is the same.
        kept64 = Math.Abs(ratio - 1) > 1e-9 ? kept64.Soften(ratio) : kept64;
        kept64 = missing == MissingProbability.Zero ? kept64.WithoutTail() : kept64;
        return new(kept64.Indices, kept64.LogProbabilities.to(type), kept64.LogTail.to(type));
    }

    /// <summary>[places that count, k].</summary>
    internal static Tensor Rows(Tensor perPlace, Tensor? kept) => FeatureShapes.Select(perPlace.flatten(0, -2), kept);
}
