using System.Globalization;

namespace CompressDsl;

/// <summary>What a teacher wrote, and what became of it.</summary>
/// <param name="Prompts">How many prompts there were.</param>
/// <param name="Sequences">How many sequences were written.</param>
/// <param name="Kept">How many are kept; a prompt of which nothing is kept is left out.</param>
/// <param name="Rejected">How many fell to each filter; a filter that nothing fell to is not there.</param>
/// <param name="TokensWritten">How many tokens were written, those of rejected sequences included.</param>
/// <param name="TokensKept">How many written tokens are kept.</param>
/// <param name="Seconds">The time that the writing took.</param>
/// <param name="Cached">Whether the teacher wrote with a key/value cache.</param>
/// <param name="Resumed">How many of the prompts were read from the folder of an earlier run, instead of written now.</param>
public sealed record SequenceLevelReport(
    int Prompts,
    int Sequences,
    int Kept,
    IReadOnlyDictionary<SequenceFilter, int> Rejected,
    long TokensWritten,
    long TokensKept,
    double Seconds,
    bool Cached,
    int Resumed)
{
    /// <summary>Written tokens a second.</summary>
    public double TokensPerSecond => Seconds > 0 ? TokensWritten / Seconds : 0;

    /// <summary>The report in one line, the same in every culture.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kept} of {Sequences} sequences kept for {Prompts} prompts ({TokensKept} of {TokensWritten} tokens; "
        + $"{string.Join(", ", Rejected.OrderBy(static one => one.Key).Select(static one => $"{one.Key} {one.Value}").DefaultIfEmpty("no filter met"))}); "
        + $"{Seconds:0.0} s, {TokensPerSecond:0.0} tokens/s {(Cached ? "with" : "without")} a cache; {Resumed} prompts resumed");

    internal static SequenceLevelReport Of(IReadOnlyList<SequencePart> parts, int resumed) => new(
        parts.Sum(static part => part.Prompts),
        parts.Sum(static part => part.Kept.Count + part.Rejected.Values.Sum()),
        parts.Sum(static part => part.Kept.Count),
        parts.SelectMany(static part => part.Rejected).GroupBy(static one => one.Key).ToDictionary(static group => group.Key, static group => group.Sum(static one => one.Value)),
        parts.Sum(static part => part.TokensWritten),
        parts.Sum(static part => part.Kept.Sum(static one => (long)one.Written.Count)),
        parts.Sum(static part => part.Seconds),
        parts.All(static part => part.Cached),
        resumed);
}
