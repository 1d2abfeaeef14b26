namespace CompressDsl;

/// <summary>
/// Beam search: of all ways to go on, the best <see cref="Width"/> are kept at every token. The best that was found is the result: that with the greatest sum of
/// log-probabilities / (tokens written ^ <see cref="LengthPenalty"/>). It stops when no way that is kept can become better than what is finished.
/// </summary>
/// <param name="Width">How many ways are kept, at least 1.</param>
public sealed record BeamDecoding(int Width) : Decoding
{
    /// <summary>
    /// The power of the length, finite: 0 compares the sums, for which short is good; 1 compares means; more favours long ones. Default 1. Paper: Wu et al., arXiv 1609.08144,
    /// in the plain form with the length alone.
    /// </summary>
    public double LengthPenalty { get; init; } = 1;

    internal override void Check()
    {
        Require(Width >= 1, nameof(Width), Width, "at least 1");
        Require(double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "a finite number");
    }
}
