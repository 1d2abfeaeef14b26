namespace CompressDsl;

/// <summary>What a <see cref="DistillationMeter"/> remembers.</summary>
/// <param name="Curve">The points so far.</param>
/// <param name="Terms">Names and weights of the terms; empty before the first batch.</param>
/// <param name="OfRows">How many of them are means over rows.</param>
/// <param name="Sums">The sums since the last point.</param>
/// <param name="Rows">All rows.</param>
/// <param name="RowsBefore">Those before the last point.</param>
/// <param name="Places">The places since the last point.</param>
/// <param name="Elapsed">The time so far.</param>
/// <param name="Before">The time of the last point.</param>
internal sealed record MeterState(
    IReadOnlyList<DistillationPoint> Curve,
    IReadOnlyList<KeyValuePair<string, double>> Terms,
    int OfRows,
    IReadOnlyList<double> Sums,
    long Rows,
    long RowsBefore,
    long Places,
    TimeSpan Elapsed,
    TimeSpan Before);
