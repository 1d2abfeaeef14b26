using static TorchSharp.torch;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary>One report of every kind, of the model of these tests or with figures that are hard to show.</summary>
internal static class RunReports
{
    /// <summary>A name that would be markup, were it not escaped.</summary>
    public const string Hostile = "Net <script>alert(1)</script> & \"co\"";

    /// <summary>A real run of pruning, with the errors of the layers.</summary>
    public static PruneReport Prune()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var net = new ToolNet();
        Tensor[] batches = [randn([16, 32], generator: generator), randn([16, 32], generator: generator)];
        return net.Prune(new PruneOptions { Calibration = Calibration.Of(batches, batch => net.call(batch)), MeasureErrors = true });
    }

    public static SensitivityReport Sensitivity { get; } = new(
        Hostile,
        2.5,
        [
            new("layers.0.up_proj.weight", 4096, false, 1.25, [new(0.5, 2.5625, 0.75), new(0.75, 2.75, 0.5), new(0.9, 4.123456789012345, 0.25)]),
            new("layers.1.up_proj.weight", 4096, false, 1.5, [new(0.5, 2.625, 0.875), new(0.75, double.NaN, 0.5), new(0.9, 5, null)]),
        ],
        12);

    public static LatencyComparison Comparison { get; } = new(
        new(10.5, 10.25, 11, 3, 20, 2, 1234.5), new(5.25, 5, 5.75, 3, 20, 2, 2469), 2, 1.875, 2.125);

    public static MeasureReport Dense { get; } = new("Dense", 1_000_000, null, 250_000, 250_000, new(10.5, 10.25, 11, 3, 20, 2), new("bits per byte", 1.3125));

    public static MeasureReport Sparse { get; } = new("Sparse", 500_000, 400_000, 250_000, 125_000, new(6.5, 6.25, 7, 3, 20, 2), new("bits per byte", 1.375));

    public static CompactReport Compact { get; } = new(
        "Net",
        [
            new("up", SparseKernel.Bitmask, 0.75, 8192, 2816, null) { Timings = [new(SparseKernel.Bitmask, "Float32", 64, 32, 0.75, 1, 0.02, 0.01), new(SparseKernel.Bitmask, "Float32", 64, 32, 0.75, 16, 0.03, 0.04, 0.025)] },
            new("head", SparseKernel.None, 0, 768, 768, "no rule prunes it"),
        ],
        0.5);

    public static DistillReport Distill { get; } = new(
        "Student",
        "Teacher",
        300,
        9600,
        60,
        [.. Enumerable.Range(1, 3).Select(static i => new DistillationPoint(100 * i, [new("Hard", 3.0 / i, 0.25), new("Soft", 2.0 / i, 0.75)]))])
    {
        Evaluations = [new(100, new Dictionary<string, double> { ["accuracy"] = 0.5 }), new(200, new Dictionary<string, double> { ["accuracy"] = 0.625 })],
        BestStep = 200,
    };

    public static KernelReport Kernels { get; } = new("A processor", "kernels.json", Compact.Layers[0].Timings);

    public static ShrinkReport Shrink { get; } = new("Net", [new("attention", 12, 9), new("mlp.up", 3072, 2304) { Obstacle = null }], 1000, 750, 0.1);

    public static InitializeReport Initialize { get; } = new("Student", "Teacher", 12, 34_567, ["head.weight"]);

    /// <summary>All of them, as the files of a run.</summary>
    public static string[] Write(ToolRun run)
    {
        Write("prune.json", Prune());
        Write("sensitivity.json", Sensitivity);
        Write("comparison.json", Comparison);
        Write("dense.json", Dense);
        Write("sparse.json", Sparse);
        Write("kernels.json", Kernels);
        File.WriteAllText(run["training.json"], $$"""[ {{Distill.ToJson()}}, {{Initialize.ToJson()}} ]""");
        File.WriteAllText(run["smaller.json"], $$"""{ "compact": {{Compact.ToJson()}}, "shrink": {{Shrink.ToJson()}}, "latency": {{Comparison.Baseline.ToJson()}} }""");
        return [.. new[] { "prune", "sensitivity", "comparison", "dense", "sparse", "kernels", "training", "smaller" }.Select(name => run[$"{name}.json"])];

        void Write(string file, Report report) => File.WriteAllText(run[file], report.ToJson());
    }
}
