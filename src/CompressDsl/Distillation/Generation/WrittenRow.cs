namespace CompressDsl;

/// <summary>A row that is being written.</summary>
internal sealed class WrittenRow
{
    private readonly List<long> tokens;
    private readonly List<double> logProbabilities;

    /// <param name="prompt">What it goes on from.</param>
    /// <param name="stream">Its number, which decides what is drawn for it.</param>
    public WrittenRow(IReadOnlyList<long> prompt, long stream)
        : this([.. prompt], [], prompt.Count, stream)
    {
    }

    private WrittenRow(List<long> tokens, List<double> logProbabilities, int promptLength, long stream)
        => (this.tokens, this.logProbabilities, PromptLength, Stream) = (tokens, logProbabilities, promptLength, stream);

    public int PromptLength { get; }

    public long Stream { get; }

    /// <summary>Prompt and written tokens.</summary>
    public IReadOnlyList<long> Tokens => tokens;

    /// <summary>ln p of each written token, at temperature 1.</summary>
    public IReadOnlyList<double> LogProbabilities => logProbabilities;

    /// <summary>Their sum.</summary>
    public double Sum { get; private set; }

    public int Written => logProbabilities.Count;

    /// <summary>Whether a token ended it.</summary>
    public bool IsEnded { get; private set; }

    public void Add(long token, double logProbability, bool isEnd)
    {
        tokens.Add(token);
        logProbabilities.Add(logProbability);
        Sum += logProbability;
        IsEnded = isEnd;
    }

    /// <summary>This row and one token more, as a row of its own.</summary>
    public WrittenRow With(long token, double logProbability, bool isEnd)
    {
        var other = new WrittenRow([.. tokens], [.. logProbabilities], PromptLength, Stream) { Sum = Sum };
        other.Add(token, logProbability, isEnd);
        return other;
    }
}
