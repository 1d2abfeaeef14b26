using System.Globalization;
using System.Numerics;
using System.Text;

namespace CompressDsl;

/// <summary>A plain-text table: columns as wide as they need, numbers to the right, the rest to the left, the same in every culture.</summary>
internal sealed class TextTable
{
    private readonly List<(string Text, bool Right)[]> _rows = [];
    private readonly string[] _headers;

    /// <summary>Begins a table; without headers it has only rows.</summary>
    internal TextTable(params string[] headers) => _headers = headers;

    /// <summary>Adds a row. Null is an empty cell; a number stands to the right, and so does text made by <see cref="Display"/>.</summary>
    internal TextTable Add(params object?[] cells)
    {
        _rows.Add([.. cells.Select(static cell => cell switch
        {
            Display.Figure figure => (figure.Text, true),
            IFormattable value => (value.ToString(null, CultureInfo.InvariantCulture), IsNumber(value)),
            _ => (cell?.ToString() ?? "", false),
        })]);
        return this;
    }

    /// <summary>The table, one line a row, with a line feed between them and no trailing blanks.</summary>
    public override string ToString()
    {
        var columns = Math.Max(_headers.Length, _rows.Max(static row => (int?)row.Length) ?? 0);
        var lines = new List<(string Text, bool Right)[]>();
        if (_headers.Length > 0)
        {
            // A header stands where its column's cells stand.
            lines.Add([.. _headers.Select((header, column) =>
                (header, _rows.Count > 0 && _rows.All(row => column >= row.Length || row[column].Right)))]);
        }

        lines.AddRange(_rows);
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => lines.Max(line => column < line.Length ? line[column].Text.Length : 0))];
        if (_headers.Length > 0)
        {
            lines.Insert(1, [.. widths.Select(static width => (new string('-', width), false))]);
        }

        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, column) => cell.Right ? cell.Text.PadLeft(widths[column]) : cell.Text.PadRight(widths[column]));
            text.Append(text.Length > 0 ? "\n" : "").Append(string.Join("  ", cells).TrimEnd());
        }

        return text.ToString();
    }

    private static bool IsNumber(object value) =>
        value.GetType().GetInterfaces().Any(static type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(INumber<>));
}
