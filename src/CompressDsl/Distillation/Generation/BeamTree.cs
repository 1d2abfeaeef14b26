namespace CompressDsl;

/// <summary>The beams of one prompt.</summary>
internal sealed class BeamTree(WrittenRow prompt, BeamDecoding beams, GenerationOptions options)
{
    private WrittenRow? best;

    /// <summary>The rows that go on, the best first; none when the search is over.</summary>
    public IReadOnlyList<WrittenRow> Going { get; private set; } = [prompt];

    /// <summary>The best of all that ended.</summary>
    public WrittenRow Best => best ?? throw new InvalidOperationException("No way to go on has a probability above 0: the model gives every token a logit of -infinity.");

    /// <summary>Takes every row that goes on a token further.</summary>
    /// <param name="next">For each of <see cref="Going"/>, the likeliest tokens: enough that as many of them as there are beams do not end the row.</param>
    /// <returns>For each that goes on now, which of the former it comes from.</returns>
    public int[] Extend(ReadOnlySpan<(long Token, double LogProbability)[]> next)
    {
        var candidates = new List<(double Sum, int From, long Token, double LogProbability)>();
        for (var from = 0; from < next.Length; from++)
        {
            candidates.AddRange(next[from]
                .Where(static one => !double.IsNegativeInfinity(one.LogProbability))
                .Select(one => (Going[from].Sum + one.LogProbability, from, one.Token, one.LogProbability)));
        }

        var going = new List<(WrittenRow Row, int From)>();
        var rank = 0;
        foreach (var (_, from, token, logProbability) in candidates.OrderByDescending(static one => one.Sum).ThenBy(static one => one.From).ThenBy(static one => one.Token))
        {
            var isEnd = options.EndOfText.Contains(token);
            var row = isEnd && rank >= beams.Width ? null : Going[from].With(token, logProbability, isEnd);
            rank++;
            if (row is null)
            {
                continue;
            }

            if (isEnd || row.Written == options.MaxNewTokens)
            {
                Finish(row);
            }
            else
            {
                going.Add((row, from));
            }

            if (going.Count == beams.Width || (row.Written == options.MaxNewTokens && rank >= beams.Width))
            {
                break;
            }
        }

        if (going.Count > 0 && best is not null && Reachable(going[0].Row) <= Score(best.Sum, best.Written))
        {
            going.Clear();
        }

        Going = [.. going.Select(static one => one.Row)];
        return [.. going.Select(static one => one.From)];
    }

    private void Finish(WrittenRow row)
    {
        if (best is null || Score(row.Sum, row.Written) > Score(best.Sum, best.Written))
        {
            best = row;
        }
    }

    private double Score(double sum, int written) => sum / Math.Pow(written, beams.LengthPenalty);

    // A sum of log-probabilities only falls; what dividing by a length can make of it is greatest at one end.
    private double Reachable(WrittenRow row) => Score(row.Sum, beams.LengthPenalty > 0 ? options.MaxNewTokens : row.Written + 1);
}
