namespace CompressDsl;

/// <summary>How much goes.</summary>
/// <param name="Ratio">The fraction that goes, in [0, 1); says nothing where <paramref name="Keep"/> is given.</param>
/// <param name="Keep">How many units of every group stay, at least 1; null where a fraction is asked for.</param>
/// <param name="RoundTo">What stays is a multiple of this, at least 1.</param>
/// <param name="Share">How much of all that goes now, in (0, 1].</param>
internal sealed record GroupSelectionAmount(double Ratio, int? Keep = null, int RoundTo = 1, double Share = 1);
