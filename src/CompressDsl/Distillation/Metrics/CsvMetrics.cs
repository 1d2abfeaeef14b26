using System.Globalization;

namespace CompressDsl;

/// <summary>
/// A file of comma-separated values: a header, then one row a step. The columns are <c>step</c> and the names of <see cref="MetricsRow.Values"/>; one that comes later, as
/// of the first evaluation, is put at the end, and cells that a row does not have are empty. Numbers are as every culture reads them, and read back exactly.
/// </summary>
/// <param name="path">The file; its folder is made.</param>
public sealed class CsvMetrics(string path) : IMetricsSink
{
    private const string StepName = "step";

    private readonly MetricsLines _lines = new(path);
    private readonly List<string> _columns = [];
    private readonly List<string> _rows = [];

    /// <inheritdoc/>
    public void Begin(int step)
    {
        var isHeader = true;
        var kept = _lines.Open(line =>
        {
            var keeps = isHeader ? step > 0 : MetricsLines.Step(line.Split(',')[0]) <= step;
            isHeader = false;
            return keeps;
        });
        _columns.Clear();
        _columns.AddRange(kept is [var header, ..] ? Cells(header) : [StepName]);
        _rows.Clear();
        _rows.AddRange(kept.Skip(1));
        if (kept.Count == 0)
        {
            _lines.Append(StepName);
        }
    }

    /// <inheritdoc/>
    public void Write(MetricsRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var values = row.Values.ToDictionary();
        var line = string.Join(',', (string[])[Text(row.Step), .. Columns(values.Keys).Skip(1).Select(name => values.TryGetValue(name, out var value) ? Text(value) : "")]);
        _rows.Add(line);
        _lines.Append(line);
    }

    /// <inheritdoc/>
    public void Flush() => _lines.Flush();

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private List<string> Columns(IEnumerable<string> names)
    {
        var more = names.Except(_columns).ToArray();
        if (more.Length > 0)
        {
            _columns.AddRange(more);
            for (var i = 0; i < _rows.Count; i++)
            {
                _rows[i] += new string(',', more.Length);
            }

            _lines.Replace(_rows.Prepend(string.Join(',', _columns.Select(Quote))));
        }

        return _columns;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quote(string name) => name.IndexOfAny([',', '"']) < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The cells of a header; quoted ones may hold commas.</summary>
    private static IEnumerable<string> Cells(string header)
    {
        var (cell, isQuoted) = (new System.Text.StringBuilder(), false);
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i] == '"' && isQuoted && i + 1 < header.Length && header[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (header[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (header[i] == ',' && !isQuoted)
            {
                yield return cell.ToString();
                cell.Clear();
            }
            else
            {
                cell.Append(header[i]);
            }
        }

        yield return cell.ToString();
    }
}
