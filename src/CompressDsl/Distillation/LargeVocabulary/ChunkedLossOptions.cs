namespace CompressDsl;

/// <summary>The loss of <see cref="ChunkedLoss"/>, and how much memory it may take; the words of <see cref="DistillFromAttribute"/>, with its defaults.</summary>
public sealed record ChunkedLossOptions
{
    /// <summary>How the distance between the two distributions is measured. Default: forward KL.</summary>
    public Divergence Divergence { get; init; }

    /// <summary>The temperature that softens both distributions, greater than 0. Default 2.</summary>
    public double T { get; init; } = 2;

    /// <summary>The weight of the SOFT term, in [0, 1]; the hard term weighs 1 - Alpha. Default 0.5. Not read where there is no teacher.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>The parameter of the divergence, see <see cref="DistillFromAttribute.Beta"/>; NaN, the default, takes the divergence's own.</summary>
    public double Beta { get; init; } = double.NaN;

    /// <summary>What happens when teacher and student have different numbers of classes. Default: an error.</summary>
    public Vocabulary Vocabulary { get; init; }

    /// <summary>
    /// How many bytes the logits, and whatever is computed from them, may take at a time, at least 1. Default 256 MiB. The gradients come on top; with
    /// less than a row takes, it is one row at a time. More is a little faster, and makes no difference to the result but rounding.
    /// </summary>
    public long MemoryBudget { get; init; } = 256L << 20;

    internal void Check()
    {
        LogitRows.CheckTemperature(T);
        DivergenceMean.Check(Divergence, Beta);
        if (!(Alpha is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, "Alpha must be in [0, 1].");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBudget, 1);
    }
}
