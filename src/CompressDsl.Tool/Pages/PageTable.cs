namespace CompressDsl.Tool.Pages;

/// <summary>A table of a page.</summary>
internal sealed class PageTable(params IReadOnlyList<string> headers)
{
    private readonly List<IReadOnlyList<PageCell>> _rows = [];

    /// <summary>The names of the columns.</summary>
    internal IReadOnlyList<string> Headers => headers;

    /// <summary>The rows, as long as the headers.</summary>
    internal IReadOnlyList<IReadOnlyList<PageCell>> Rows => _rows;

    /// <summary>Adds a row.</summary>
    internal PageTable Add(params IReadOnlyList<PageCell> cells)
    {
        _rows.Add(cells);
        return this;
    }
}

/// <summary>A cell of a table.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Value">The figure with every digit, as the JSON has it; null for text.</param>
internal readonly record struct PageCell(string Text, string? Value = null)
{
    /// <summary>A cell of text; null is an empty one.</summary>
    public static implicit operator PageCell(string? text) => new(text ?? "");
}
