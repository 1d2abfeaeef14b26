namespace CompressDsl;

/// <summary>Two calls timed side by side.</summary>
/// <param name="Baseline">The call that is compared against.</param>
/// <param name="Candidate">The call that is to be faster.</param>
/// <param name="Speedup">The baseline's median over the candidate's: above 1 the candidate is faster.</param>
/// <param name="SpeedupP10">The 10th percentile of the same ratio round by round.</param>
/// <param name="SpeedupP90">The 90th percentile of the same ratio round by round. Where 1 lies between the two, no difference was seen.</param>
public sealed record LatencyComparison(
    LatencyReport Baseline, LatencyReport Candidate, double Speedup, double SpeedupP10, double SpeedupP90) : Report
{
    /// <inheritdoc/>
    protected override string ToText()
    {
        var table = new TextTable("", "median", "10th percentile", "90th percentile", "speedup");
        foreach (var (name, latency, speedup) in new[] { ("baseline", Baseline, 1), ("candidate", Candidate, Speedup) })
        {
            table.Add(
                name,
                Display.Milliseconds(latency.Median),
                Display.Milliseconds(latency.P10),
                Display.Milliseconds(latency.P90),
                Display.Ratio(speedup));
        }

        return $"{table}\nspeedup, 10th to 90th percentile of rounds: {Display.Ratio(SpeedupP10)} .. {Display.Ratio(SpeedupP90)}; "
            + $"{Baseline.Counts}";
    }
}
