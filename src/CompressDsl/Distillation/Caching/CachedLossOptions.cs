namespace CompressDsl;

/// <summary>The loss of <see cref="CachedLoss"/>; the words of <see cref="DistillFromAttribute"/>, with its defaults.</summary>
public sealed record CachedLossOptions
{
    /// <summary>
    /// How the distance between the two distributions is measured. Default: forward KL. MeanSquaredLogits cannot be had from a cache; draws give the
    /// forward KL alone; Decoupled needs every label among the k classes.
    /// </summary>
    public Divergence Divergence { get; init; }

    /// <summary>The temperature that softens both distributions, one of those that the cache was planned for. Default 2.</summary>
    public double T { get; init; } = 2;

    /// <summary>The weight of the SOFT term, in [0, 1]; the hard term weighs 1 - Alpha. Default 0.5.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>The parameter of the divergence, see <see cref="DistillFromAttribute.Beta"/>; NaN, the default, takes the divergence's own.</summary>
    public double Beta { get; init; } = double.NaN;

    internal void Check()
    {
        LogitRows.CheckTemperature(T);
        DivergenceMean.Check(Divergence, Beta);
        if (!(Alpha is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, "Alpha must be in [0, 1].");
        }
    }
}
