namespace CompressDsl;

/// <summary>How a teacher writes what a student learns, and which of it is kept.</summary>
public sealed record SequenceLevelOptions
{
    /// <summary>How the teacher writes. With <see cref="SequencesPerPrompt"/> above 1 it must draw (<see cref="SampledDecoding"/>).</summary>
    public required GenerationOptions Generation { get; init; }

    /// <summary>How many prompts are written on at once, at least 1. What is written does not depend on it. Default 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>How many sequences are written for each prompt, at least 1; of those that pass, the one with the greatest mean of ln p is kept. Default 1.</summary>
    public int SequencesPerPrompt { get; init; } = 1;

    /// <summary>Whether only what was ended by a token of <see cref="GenerationOptions.EndOfText"/> is kept. Default false.</summary>
    public bool MustEnd { get; init; }

    /// <summary>How many tokens must be written at least, the one that ends it included, at least 1. Default 1.</summary>
    public int MinimumLength { get; init; } = 1;

    /// <summary>How many tokens may be written at most; null: no limit but that of the generation.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>The least mean of ln p over what was written, in nats a token, at temperature 1; at most 0. Null: any.</summary>
    public double? MinimumMeanLogProbability { get; init; }

    /// <summary>A run of so many tokens may not come twice in what was written, at least 1. Null: anything may come again.</summary>
    public int? RepeatedRun { get; init; }

    /// <summary>The filter that a sequence falls to; null where it passes.</summary>
    internal SequenceFilter? Reject(WrittenSequence sequence)
    {
        if (MustEnd && !sequence.Ended)
        {
            return SequenceFilter.NotEnded;
        }

        if (sequence.Written.Count < MinimumLength)
        {
            return SequenceFilter.TooShort;
        }

        if (sequence.Written.Count > MaximumLength)
        {
            return SequenceFilter.TooLong;
        }

        if (sequence.MeanLogProbability < MinimumMeanLogProbability)
        {
            return SequenceFilter.TooUnlikely;
        }

        return RepeatedRun is { } run && Repeats(sequence.Written, run) ? SequenceFilter.Repeats : null;
    }

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Generation);
        Generation.Check();
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Require(SequencesPerPrompt >= 1, nameof(SequencesPerPrompt), SequencesPerPrompt, "at least 1");
        Require(SequencesPerPrompt == 1 || Generation.Decoding is SampledDecoding, nameof(SequencesPerPrompt), SequencesPerPrompt, "1 where nothing is drawn: all would be the same");
        Require(!MustEnd || Generation.EndOfText.Count > 0, nameof(MustEnd), MustEnd, "false where Generation.EndOfText is empty: nothing would be left");
        Require(MinimumLength >= 1 && MinimumLength <= Generation.MaxNewTokens, nameof(MinimumLength), MinimumLength, $"in [1, {Generation.MaxNewTokens}], what the generation allows");
        Require(MaximumLength is null || MaximumLength >= MinimumLength, nameof(MaximumLength), MaximumLength, $"at least {MinimumLength}, the MinimumLength, or null");
        Require(MinimumMeanLogProbability is null or <= 0, nameof(MinimumMeanLogProbability), MinimumMeanLogProbability, "at most 0 (it is the logarithm of a probability), or null");
        Require(RepeatedRun is null or >= 1, nameof(RepeatedRun), RepeatedRun, "at least 1, or null");
    }

    private static bool Repeats(IReadOnlyList<long> tokens, int run)
    {
        var seen = new HashSet<string>();
        return Enumerable.Range(0, Math.Max(0, tokens.Count - run + 1)).Any(from => !seen.Add(string.Join(' ', tokens.Skip(from).Take(run))));
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }
}
