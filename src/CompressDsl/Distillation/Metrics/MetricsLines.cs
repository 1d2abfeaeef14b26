using System.Globalization;
using System.Text;

namespace CompressDsl;

/// <summary>A text file of which every line is one row; a line that has no end is no line.</summary>
/// <param name="path">The file.</param>
internal sealed class MetricsLines(string path) : IDisposable
{
    private readonly string _path = Path.GetFullPath(path);
    private FileStream? _file;

    /// <summary>Opens the file with those of its whole lines that <paramref name="keeps"/> keeps; what was torn off by a kill goes too.</summary>
    /// <returns>The lines that were kept.</returns>
    internal List<string> Open(Func<string, bool> keeps)
    {
        _file?.Dispose();
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var text = File.Exists(_path) ? File.ReadAllText(_path) : "";
        var whole = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var kept = whole.Where(keeps).ToList();
        Replace(kept);
        return kept;
    }

    /// <summary>Puts other lines in place of all, at once: whoever reads meanwhile sees the old ones or the new ones.</summary>
    internal void Replace(IEnumerable<string> lines)
    {
        _file?.Dispose();
        var temporary = _path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create))
        {
            file.Write(Bytes(lines));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _path, overwrite: true);
        _file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    }

    /// <summary>Appends a line; it can be read at once.</summary>
    internal void Append(string line)
    {
        var file = _file ?? throw new InvalidOperationException($"'{_path}': Begin comes before Write.");
        file.Write(Bytes([line]));
        file.Flush();
    }

    /// <summary>Brings everything to the disk.</summary>
    internal void Flush() => _file?.Flush(flushToDisk: true);

    /// <summary>The step that a text begins with; null where there is none.</summary>
    internal static int? Step(ReadOnlySpan<char> text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => line + "\n")));
}
