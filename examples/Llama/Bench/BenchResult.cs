using System.Globalization;
using CompressDsl;
using Spectre.Console;

namespace LlamaProgram.Bench;

/// <summary>What was measured of a model in dense and in compact storage.</summary>
internal sealed record BenchResult
{
    /// <summary>How many numbers the model has.</summary>
    public required long Parameters { get; init; }

    /// <summary>The fraction of the pruned layers' weights that is zero.</summary>
    public required double Sparsity { get; init; }

    /// <summary>What became of the layers.</summary>
    public required Storage Storage { get; init; }

    /// <summary>How many threads libtorch and the kernels could use.</summary>
    public required int Threads { get; init; }

    /// <summary>Reading a prompt at once.</summary>
    public required Figures Prefill { get; init; }

    /// <summary>Writing tokens one by one.</summary>
    public required Figures Decode { get; init; }

    /// <summary>The resident memory of the process with one model in it.</summary>
    public required Bytes ResidentBytes { get; init; }

    /// <summary>The same without what was there before the model.</summary>
    public required Bytes ModelBytes { get; init; }

    /// <summary>Of all parameters of the model.</summary>
    public required Bytes WeightBytes { get; init; }

    /// <summary>The largest difference between a logit of the compact model, which reads a prompt and goes on token by token, and the same of the dense one, which reads all at once.</summary>
    public required double LogitDifference { get; init; }

    /// <summary>The largest logit, of either sign.</summary>
    public required double LargestLogit { get; init; }

    internal void Show(string title)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
        table.AddColumn("");
        table.AddColumns([.. new[] { "dense", Storage.Kernel, "ratio", "10th to 90th percentile" }.Select(static name => new TableColumn(name).RightAligned())]);
        Add(table, "prefill, tokens/s", Prefill);
        Add(table, "decode, tokens/s", Decode);
        Add(table, "resident memory, MB", ResidentBytes);
        Add(table, "  of the model, MB", ModelBytes);
        Add(table, "weights, MB", WeightBytes);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Parameters:N0} parameters, {Sparsity:0.0%} of the pruned layers' weights are zero; {Storage.Compact} of {Storage.Layers} layers compact "
            + $"({Storage.Seconds:0.0} s); {Threads} threads"));
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"logits: largest difference {LogitDifference:0.0e+0}, largest value {LargestLogit:0.0}"));
    }

    private static void Add(Table table, string name, Figures figures) => table.AddRow(
        name,
        Text(figures.DenseTokensPerSecond, "0.00"),
        Text(figures.CompactTokensPerSecond, "0.00"),
        Text(figures.Speedup, "0.00x"),
        $"{Text(figures.SpeedupP10, "0.00x")} .. {Text(figures.SpeedupP90, "0.00x")}");

    private static void Add(Table table, string name, Bytes bytes) =>
        table.AddRow(name, Text(bytes.Dense / 1e6, "N0"), Text(bytes.Compact / 1e6, "N0"), Text(bytes.Ratio, "0.000"), "");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>What became of the layers.</summary>
/// <param name="Kernel">The compact storage: <c>bitmask</c>, <c>csr</c> or <c>2:4</c>.</param>
/// <param name="Compact">How many layers have it.</param>
/// <param name="Layers">Of how many.</param>
/// <param name="Seconds">How long that took, with the timing of kernels that this machine had not met.</param>
internal sealed record Storage(string Kernel, int Compact, int Layers, double Seconds);

/// <summary>A speed in both storages, timed in turn.</summary>
/// <param name="DenseTokensPerSecond">At the median.</param>
/// <param name="CompactTokensPerSecond">At the median.</param>
/// <param name="Speedup">Of the medians.</param>
/// <param name="SpeedupP10">The 10th percentile of the ratio round by round.</param>
/// <param name="SpeedupP90">The 90th percentile of the ratio round by round.</param>
internal sealed record Figures(double DenseTokensPerSecond, double CompactTokensPerSecond, double Speedup, double SpeedupP10, double SpeedupP90)
{
    internal static Figures Of(LatencyComparison comparison) => new(
        comparison.Baseline.ItemsPerSecond!.Value,
        comparison.Candidate.ItemsPerSecond!.Value,
        comparison.Speedup,
        comparison.SpeedupP10,
        comparison.SpeedupP90);
}

/// <summary>Memory in both storages.</summary>
/// <param name="Dense">Bytes.</param>
/// <param name="Compact">Bytes.</param>
internal sealed record Bytes(long Dense, long Compact)
{
    /// <summary>What is left of it.</summary>
    public double Ratio => (double)Compact / Dense;
}
