using System.Globalization;

namespace CompressDsl;

/// <summary>Figures as people read them, in the invariant culture.</summary>
internal static class Display
{
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Text that stands like a number in a <see cref="TextTable"/>.</summary>
    internal readonly record struct Figure(string Text)
    {
        public override string ToString() => Text;
    }

    /// <summary>A size in decimal units, for example <c>1.23 MB</c>.</summary>
    internal static Figure Bytes(long bytes)
    {
        var unit = 0;
        var value = (double)bytes;
        for (; Math.Abs(value) >= 1000 && unit < ByteUnits.Length - 1; unit++)
        {
            value /= 1000;
        }

        return new($"{(unit == 0 ? bytes.ToString(CultureInfo.InvariantCulture) : Significant(value))} {ByteUnits[unit]}");
    }

    /// <summary>A share of one, for example <c>50.0%</c>.</summary>
    internal static Figure Percent(double share) => new(double.IsFinite(share) ? Number(share * 100, "F1") + "%" : Number(share, "F1"));

    /// <summary>A duration in the unit that suits it, for example <c>12.3 ms</c>.</summary>
    internal static Figure Milliseconds(double milliseconds) => new(Math.Abs(milliseconds) switch
    {
        < 1 => Significant(milliseconds * 1000) + " us",
        < 1000 or double.NaN => Significant(milliseconds) + " ms",
        _ => Significant(milliseconds / 1000) + " s",
    });

    /// <summary>A whole number with commas between the thousands.</summary>
    internal static Figure Count(long count) => new(count.ToString("N0", CultureInfo.InvariantCulture));

    /// <summary>Four significant digits, or all before the point.</summary>
    internal static Figure Value(double value) => new(Significant(value));

    /// <summary>A ratio, for example <c>1.25x</c>.</summary>
    internal static Figure Ratio(double ratio) => new(Number(ratio, "F2") + "x");

    private static string Significant(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.001 => Number(value, "0.###E+0"),
        < 1 => Number(value, "F4"),
        < 10 => Number(value, "F3"),
        < 100 => Number(value, "F2"),
        < 1000 => Number(value, "F1"),
        _ => Number(value, "N0"),
    };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
