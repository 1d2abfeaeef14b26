using ScottPlot;
using ScottPlot.TickGenerators;

namespace CompressDsl.Tool.Pages;

/// <summary>Lying bars, from top to bottom as the rows of the table; several series stand side by side.</summary>
/// <param name="Description">What it shows.</param>
/// <param name="Axis">What the length of a bar is, and its unit.</param>
/// <param name="Labels">One a row.</param>
/// <param name="Series">Names, and a value for each label; what is not finite is left out.</param>
internal sealed record BarPlot(string Description, string Axis, IReadOnlyList<string> Labels, params IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Series) : IPagePlot
{
    private const int RowHeight = 14;

    // Beyond that, bars get thinner: a picture of a model with thousands of layers is no use.
    private const int MostHeight = 4000;

    /// <summary>The ranges that a line is drawn over, one for each label; null: none.</summary>
    internal IReadOnlyList<(double Low, double High)>? Ranges { get; init; }

    /// <summary>Where the axis ends; null: where the longest bar does.</summary>
    internal double? Most { get; init; }

    /// <inheritdoc/>
    public int Width => 640;

    /// <inheritdoc/>
    public int Height => Math.Min(MostHeight, 110 + (Labels.Count * ((RowHeight * Series.Count) + 8)));

    /// <inheritdoc/>
    public void Draw(Plot plot)
    {
        var thickness = 0.8 / Series.Count;
        for (var s = 0; s < Series.Count; s++)
        {
            var color = plot.Add.Palette.GetColor(s);
            var (name, values) = Series[s];
            var shift = (s - ((Series.Count - 1) / 2.0)) * thickness;
            Bar[] drawn = [.. values.Index().Where(static value => double.IsFinite(value.Item)).Select(value => new Bar
            {
                Position = -value.Index - shift,
                Value = value.Item,
                Size = thickness,
                FillColor = color,
                LineWidth = 0,
            })];
            var bars = plot.Add.Bars(drawn);
            bars.Horizontal = true;
            if (Series.Count > 1)
            {
                bars.LegendText = name;
            }
        }

        foreach (var (row, (low, high)) in (Ranges ?? []).Index())
        {
            plot.Add.Line(low, -row, high, -row).LineColor = Colors.Black;
        }

        plot.Axes.Left.TickGenerator = new NumericManual([.. Labels.Select(static (_, row) => -(double)row)], [.. Labels.Select(Shorten)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.XLabel(Axis);
        plot.HideGrid();
        plot.Axes.Margins(left: 0, right: 0.05);
        plot.Axes.SetLimitsY(-(Labels.Count - 0.4), 0.6);
        if (Most is { } most)
        {
            plot.Axes.SetLimitsX(0, most);
        }

        if (Series.Count > 1)
        {
            plot.ShowLegend(Edge.Top).Legend.Orientation = Orientation.Horizontal;
        }
    }

    // The end says more: layers.11.mlp.up_proj.weight.
    private static string Shorten(string label) => label.Length <= 40 ? label : "…" + label[^39..];
}
