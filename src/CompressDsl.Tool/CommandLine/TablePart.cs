using Spectre.Console;

namespace CompressDsl.Tool.CommandLine;

/// <summary>A table. Figures, as <see cref="Display"/> makes them, stand to the right.</summary>
internal sealed class TablePart(params string[] headers) : ReportPart
{
    private readonly List<object?[]> _rows = [];

    /// <summary>Adds a row, as long as the headers; null is an empty cell.</summary>
    internal TablePart Add(params object?[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    /// <inheritdoc/>
    internal override string ToText()
    {
        var text = new TextTable(headers);
        foreach (var row in _rows)
        {
            text.Add(row);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    internal override void Draw(IAnsiConsole console)
    {
        var text = ToText();
        if (text.Split('\n').Max(static line => line.Length) + headers.Length > console.Profile.Width)
        {
            // Squeezed into borders, columns would vanish; lines that wrap can be read.
            Console.Out.WriteLine(text);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        for (var i = 0; i < headers.Length; i++)
        {
            var column = new TableColumn(Markup.Escape(headers[i])) { NoWrap = i == 0 };
            table.AddColumn(_rows.Exists(row => row[i] is Display.Figure) ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
        {
            table.AddRow([.. row.Select(static cell => Markup.Escape(cell?.ToString() ?? ""))]);
        }

        console.Write(table);
    }
}
