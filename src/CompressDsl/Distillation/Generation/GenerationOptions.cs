namespace CompressDsl;

/// <summary>How a model writes.</summary>
public sealed record GenerationOptions
{
    /// <summary>How many tokens each row gets at most, at least 1.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>How the next token is chosen. Default: greedily.</summary>
    public Decoding Decoding { get; init; } = Decoding.Greedy;

    /// <summary>The tokens that end a row, each in [0, vocabulary). The one that ended it is part of what was written. Default: none, every row is written to the end.</summary>
    public IReadOnlyList<long> EndOfText { get; init; } = [];

    /// <summary>What stands behind the end of a row, in [0, vocabulary): a model reads it without consequence. Default 0.</summary>
    public long PadToken { get; init; }

    /// <summary>Decides what is drawn. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Whether an <see cref="ICausalDecoder"/> decodes with a cache. Default true; false runs everything from the first token on at every token, which is for comparing.
    /// </summary>
    public bool UseCache { get; init; } = true;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxNewTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(PadToken);
        ArgumentNullException.ThrowIfNull(Decoding);
        ArgumentNullException.ThrowIfNull(EndOfText);
        foreach (var end in EndOfText)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(end, nameof(EndOfText));
        }

        Decoding.Check();
    }

    /// <summary>The checks for which a model must have spoken.</summary>
    internal void CheckVocabulary(long vocabulary)
    {
        if (EndOfText.Append(PadToken).Max() >= vocabulary)
        {
            throw new ArgumentOutOfRangeException(
                nameof(EndOfText), $"EndOfText is [{string.Join(", ", EndOfText)}] and PadToken {PadToken}; the model gives logits for {vocabulary} tokens, so each must be in [0, {vocabulary}).");
        }
    }
}
