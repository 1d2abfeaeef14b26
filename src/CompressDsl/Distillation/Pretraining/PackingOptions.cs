namespace CompressDsl;

/// <summary>How documents become rows.</summary>
public sealed record PackingOptions
{
    /// <summary>How many tokens a row has, at least 2.</summary>
    public required int Length { get; init; }

    /// <summary>How many rows a batch has, at least 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The token that stands behind every document, its end of text, at least 0.</summary>
    public required long Separator { get; init; }

    /// <summary>
    /// Of how many documents, which are in memory meanwhile, the next one is drawn; at least 0. Default 0: the order of the data. The larger, the nearer to a true shuffle.
    /// </summary>
    public int ShuffleBuffer { get; init; }

    /// <summary>Decides, with the number of the pass, what is drawn from the buffer. Default 0.</summary>
    public long Seed { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Length, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Separator);
        ArgumentOutOfRangeException.ThrowIfNegative(ShuffleBuffer);
    }
}
