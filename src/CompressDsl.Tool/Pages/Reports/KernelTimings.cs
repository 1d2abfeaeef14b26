namespace CompressDsl.Tool.Pages.Reports;

/// <summary>The times of layers, dense and by their fastest sparse kernel.</summary>
internal static class KernelTimings
{
    private static readonly string[] Kernels = ["dot", "walk", "tile", "library"];

    /// <summary>A table and a plot.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="source">The file.</param>
    /// <param name="what">What the names are.</param>
    /// <param name="timings">The layers, each with a <see cref="KernelTiming"/>.</param>
    internal static PageSection Section(string title, string source, string what, IReadOnlyList<(string Name, ReportJson Timing)> timings)
    {
        var table = new PageTable(what, "vectors", "dense", "dot", "walk", "tile", "library", "best", "speedup");
        foreach (var (name, timing) in timings)
        {
            table.Add(
            [
                name,
                timing.Number("vectors").Count,
                timing.Number("dense").Milliseconds,
                .. Kernels.Select(kernel => timing.NumberOrNull(kernel)?.Milliseconds ?? default(PageCell)),
                timing.Text("best"),
                timing.Number("speedup").Ratio,
            ]);
        }

        return new(title, source, table, new BarPlot(
            title,
            "milliseconds",
            [.. timings.Select(static pair => $"{pair.Name}, {pair.Timing.Number("vectors").Raw}")],
            ("dense", [.. timings.Select(static pair => pair.Timing.Number("dense").Value)]),
            ("sparse", [.. timings.Select(static pair => Kernels.Min(kernel => pair.Timing.NumberOrNull(kernel)?.Value ?? double.PositiveInfinity))])));
    }
}
