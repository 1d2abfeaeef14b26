using ScottPlot;

namespace CompressDsl.Tool.Pages;

/// <summary>Lines through points.</summary>
/// <param name="Description">What it shows.</param>
/// <param name="XAxis">What goes to the right, and its unit.</param>
/// <param name="YAxis">What goes up, and its unit.</param>
/// <param name="Series">Names and points; what is not finite is left out.</param>
internal sealed record LinePlot(string Description, string XAxis, string YAxis, params IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> Series) : IPagePlot
{
    // There are ten colours; the eleventh line has other points. (Of dashed lines Skia complains on standard error, each time.)
    private static readonly MarkerShape[] Markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.OpenCircle, MarkerShape.Cross];

    /// <summary>A height that a grey line is drawn at, and what it is; null: none.</summary>
    internal (double Y, string Name)? Level { get; init; }

    /// <inheritdoc/>
    public int Width => 760;

    /// <inheritdoc/>
    public int Height => Math.Clamp(80 + (Series.Count * 22), 380, 2000);

    /// <inheritdoc/>
    public void Draw(Plot plot)
    {
        foreach (var (index, (name, points)) in Series.Index())
        {
            (double X, double Y)[] finite = [.. points.Where(static point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
            var line = plot.Add.Scatter(finite.Select(static point => point.X).ToArray(), finite.Select(static point => point.Y).ToArray());
            line.LegendText = name;
            line.MarkerShape = Markers[index / plot.Add.Palette.Colors.Length % Markers.Length];
            line.LineWidth = 2;
            line.MarkerSize = finite.Length > 50 ? 0 : 6;
        }

        if (Level is { } level)
        {
            var line = plot.Add.HorizontalLine(level.Y, 1.5f, Colors.Gray);
            line.LegendText = level.Name;
        }

        plot.XLabel(XAxis);
        plot.YLabel(YAxis);
        if (Series.Count > 1 || Level is not null)
        {
            plot.ShowLegend(Edge.Right);
        }
    }
}
