using System.Text.Json;

namespace CompressDsl.Benchmarks;

/// <summary>One case of a benchmark.</summary>
/// <param name="Case">What was measured.</param>
/// <param name="Baseline">The median of the baseline, in <paramref name="Unit"/>.</param>
/// <param name="Ours">The median of ours.</param>
/// <param name="Ratio">Above 1 means that ours is better.</param>
/// <param name="Unit">What both are counted in.</param>
public sealed record Row(string Case, double Baseline, double Ours, double Ratio, string Unit);

/// <summary>Prints the rows of a benchmark and writes them down.</summary>
public static class Rows
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Publish(IEnumerable<Row> rows, string? path)
    {
        var all = new List<Row>();

        foreach (var row in rows)
        {
            Console.WriteLine(FormattableString.Invariant($"{row.Case,-44} {row.Baseline,10:0.000} {row.Ours,10:0.000} {row.Unit}  {row.Ratio:0.00}x"));
            all.Add(row);
        }

        if (path is not null)
        {
            var temporary = path + ".tmp";
            File.WriteAllText(temporary, JsonSerializer.Serialize(all, Json));
            File.Move(temporary, path, overwrite: true);
        }
    }
}
