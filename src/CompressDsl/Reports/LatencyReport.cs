namespace CompressDsl;

/// <summary>How long a call takes: the median of many runs and their spread. Times are in milliseconds of wall clock.</summary>
/// <param name="Median">The median of the runs.</param>
/// <param name="P10">The 10th percentile: a tenth of the runs was faster.</param>
/// <param name="P90">The 90th percentile: a tenth of the runs was slower.</param>
/// <param name="WarmUp">How many runs went before and were not counted.</param>
/// <param name="Runs">How many runs were counted.</param>
/// <param name="Threads">How many threads libtorch could use inside one operation.</param>
/// <param name="ItemsPerSecond">Items (samples, or tokens) a second at the median; null where a call's items were not given.</param>
public sealed record LatencyReport(double Median, double P10, double P90, int WarmUp, int Runs, int Threads, double? ItemsPerSecond = null) : Report
{
    /// <summary>The report of a list of times, with percentiles interpolated in a straight line between neighbours.</summary>
    internal static LatencyReport Of(ReadOnlySpan<double> milliseconds, LatencyOptions options, int threads)
    {
        var sorted = milliseconds.ToArray();
        Array.Sort(sorted);
        var median = Percentile(sorted, 0.5);
        var rate = options.ItemsPerCall * 1000 / median;
        return new(median, Percentile(sorted, 0.1), Percentile(sorted, 0.9), options.WarmUp, sorted.Length, threads, rate);
    }

    /// <summary>The value below which a share of the sorted values lies.</summary>
    internal static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    /// <inheritdoc/>
    protected override string ToText()
    {
        var table = new TextTable()
            .Add("latency, median", Display.Milliseconds(Median))
            .Add("  10th to 90th percentile", Spread)
            .Add("  runs", Counts);
        return (ItemsPerSecond is { } rate ? table.Add("items per second", Display.Value(rate)) : table).ToString();
    }

    internal Display.Figure Spread => new($"{Display.Milliseconds(P10)} .. {Display.Milliseconds(P90)}");

    internal Display.Figure Counts => new($"{Runs} after {WarmUp} warm-up, {Threads} {(Threads == 1 ? "thread" : "threads")}");
}
