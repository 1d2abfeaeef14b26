namespace CompressDsl.Tool.Pages;

/// <summary>A part of a page: a table, and the plot of it.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Source">The file or files that the figures are from.</param>
/// <param name="Table">The figures.</param>
/// <param name="Plot">The plot; null where there is nothing to see.</param>
internal sealed record PageSection(string Title, string Source, PageTable Table, IPagePlot? Plot = null);
