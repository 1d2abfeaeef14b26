using ScottPlot;

namespace CompressDsl.Tool.Pages;

/// <summary>A plot of a page.</summary>
internal interface IPagePlot
{
    /// <summary>What it shows, for those who do not see it.</summary>
    string Description { get; }

    /// <summary>Its width in pixels.</summary>
    int Width { get; }

    /// <summary>Its height in pixels.</summary>
    int Height { get; }

    /// <summary>Draws it.</summary>
    void Draw(Plot plot);
}
