using SkiaSharp;

namespace CompressDsl.Tool.Pages;

/// <summary>The font that plots are written with: one of those that the machine has.</summary>
internal static class PlotFonts
{
    /// <summary>What is said where there are none.</summary>
    internal const string Missing = "There are no fonts on this machine: the labels of the plots are missing. Install some, such as DejaVu, and make the page again; the tables are whole.";

    private static readonly string[] Preferred = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Segoe UI", "Helvetica", "Arial"];

    /// <summary>Whether there are any.</summary>
    internal static bool AreThere { get; } = SKFontManager.Default.FontFamilyCount > 0;

    /// <summary>The name of the family.</summary>
    internal static string Name { get; } = Array.Find(Preferred, SKFontManager.Default.FontFamilies.Contains) ?? ScottPlot.Fonts.Default;
}
