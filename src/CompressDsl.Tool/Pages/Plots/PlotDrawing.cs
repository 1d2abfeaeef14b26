using ScottPlot;

namespace CompressDsl.Tool.Pages;

/// <summary>Draws plots.</summary>
internal static class PlotDrawing
{
    /// <summary>The plot as SVG.</summary>
    internal static string Svg(IPagePlot page)
    {
        using var plot = new Plot();
        plot.Font.Set(PlotFonts.Name);
        page.Draw(plot);
        plot.Font.Set(PlotFonts.Name); // of what was added too

        // Where the page is read there may be other fonts than here; the places of letters are in the drawing.
        return plot.GetSvgXml(page.Width, page.Height).Replace($"font-family=\"{PlotFonts.Name}\"", $"font-family=\"{PlotFonts.Name}, sans-serif\"", StringComparison.Ordinal);
    }
}
