namespace CompressDsl;

/// <summary>How often, and how, the student writes.</summary>
public sealed record OnPolicyOptions
{
    /// <summary>The share of the batches that the student writes, in [0, 1]; the others are the data's. Default 0.5.</summary>
    public double Lambda { get; init; } = 0.5;

    /// <summary>
    /// How the student writes. The temperature of its <see cref="SampledDecoding"/> is of its own, whatever T the loss has; its seed is the seed of the whole run, of which
    /// each batch makes one of its own.
    /// </summary>
    public required GenerationOptions Generation { get; init; }

    internal void Check()
    {
        if (!(Lambda is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Lambda), Lambda, "Lambda must be in [0, 1].");
        }

        ArgumentNullException.ThrowIfNull(Generation);
        Generation.Check();
    }
}
