using System.Globalization;

namespace Shared;

/// <summary>Figures as a person reads them, the same in every culture.</summary>
public static class Figure
{
    /// <summary>A number of things.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share in [0, 1].</summary>
    public static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    /// <summary>The difference of two shares, without its unit.</summary>
    public static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>How many times as much.</summary>
    public static string Times(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture) + "x";

    /// <summary>Three decimals.</summary>
    public static string Thousandths(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>The least and the greatest, as they are shown.</summary>
    public static string Range(IEnumerable<double> values, Func<double, string> show)
    {
        var all = values.ToArray();
        return all.Length == 1 ? show(all[0]) : $"{show(all.Min())} to {show(all.Max())}";
    }
}
