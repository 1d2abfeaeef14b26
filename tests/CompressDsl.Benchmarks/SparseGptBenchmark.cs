using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>
/// SparseGPT beside a transcription of the published code, on the same layers: first that both come to the same result, then the time and the memory;
/// and how fast Hessians accumulate.
/// </summary>
/// <remarks>A result that is not the same ends the benchmark with an error.</remarks>
public static class SparseGptBenchmark
{
    private const int Seed = 1;

    // From here on runs are few, and memory is more than what a process takes anyway.
    private const int Large = 1 << 22;

    private static readonly (int Rows, int Columns)[] Layers = [(768, 768), (3072, 768), (2048, 5632), (4096, 4096)];

    private static readonly SparsityRule[] Rules =
    [
        SparsityRule.Unstructured(0.5, Criterion.SparseGpt),
        SparsityRule.SemiStructured(2, 4, Criterion.SparseGpt),
    ];

    // As many go as in the published code, so that the same go.
    private static readonly PruneOptions Options = new() { CutOff = CutOff.AtOrBelow };

    public static IEnumerable<Row> Run()
    {
        var times = new List<Row>();
        foreach (var (rows, columns) in Layers)
        {
            using var scope = NewDisposeScope();
            using var hessian = Inputs.Hessian(columns, Seed);
            var dense = Inputs.Weight(rows, columns, Seed);
            var weight = dense.clone();
            if (dense.numel() >= Large)
            {
                yield return Memory(rows, columns, weight, hessian);
            }

            foreach (var rule in Rules)
            {
                var name = $"SparseGPT {rows} x {columns}, {rule}";
                SparseGptAgreement.Check(name, dense, hessian, rule, Options);
                times.Add(Time(name, dense, weight, hessian, rule));
                yield return times[^1];
            }
        }

        var (baseline, ours) = (Mean(times.Select(static row => row.Baseline)), Mean(times.Select(static row => row.Ours)));
        yield return new("SparseGPT, geometric mean", baseline, ours, baseline / ours, "ms");

        foreach (var columns in (int[])[768, 4096])
        {
            yield return Accumulation(columns);
        }
    }

    // Both get the dense weight first and leave the Hessian as it was.
    private static Row Time(string name, Tensor dense, Tensor weight, Hessian hessian, SparsityRule rule)
    {
        using var copy = hessian.Matrix.clone();
        var comparison = Latency.Compare(
            () =>
            {
                weight.copy_(dense);
                copy.copy_(hessian.Matrix);
                PublishedSparseGpt.Prune(weight, copy, rule.Sparsity, rule.M - rule.N, rule.M);
            },
            () =>
            {
                weight.copy_(dense);
                SparseGpt.Prune(weight, hessian, rule, Options);
            },
            dense.numel() < Large ? new() { WarmUp = 3, Runs = 15 } : new() { WarmUp = 0, Runs = 3 });
        return new(name, comparison.Baseline.Median, comparison.Candidate.Median, comparison.Speedup, "ms");
    }

    // What is allowed: the weight, the Hessian and a quarter more.
    private static Row Memory(int rows, int columns, Tensor weight, Hessian hessian)
    {
        var held = 4.0 * columns * (rows + columns) / (1 << 20);
        using (var small = Inputs.Hessian(1024, Seed))
        {
            // What a process takes once, for its threads and MKL's buffers, is not the layer's.
            SparseGpt.Prune(Inputs.Weight(1024, 1024, Seed), small, Rules[0], Options);
        }

        var more = PeakMemory.Of(() => SparseGpt.Prune(weight, hessian, Rules[0], Options).Pruned.Dispose());
        var (allowed, used) = (held * 1.25, held + more);
        return new($"Peak memory {rows} x {columns} (allowed, used)", allowed, used, allowed / used, "MB");
    }

    private static Row Accumulation(int columns)
    {
        using var scope = NewDisposeScope();
        using var hessian = new Hessian(columns, CPU);
        var inputs = Inputs.Rows(2048, columns, Seed);
        var product = zeros(columns, columns);
        var comparison = Latency.Compare(
            () => product.addmm_(inputs.t(), inputs), () => hessian.Add(inputs, 1), new LatencyOptions { WarmUp = 2, Runs = columns < 1024 ? 30 : 7 });
        return new($"Hessian of 2048 x {columns}, a plain product", comparison.Baseline.Median, comparison.Candidate.Median, comparison.Speedup, "ms");
    }

    private static double Mean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));

    /// <summary>Layers as they are found: inputs that go together, a few of them large.</summary>
    private static class Inputs
    {
        private const int Batch = 2048;
        private const int Factors = 32;

        public static Tensor Weight(int rows, int columns, int seed)
        {
            using var generator = new Generator((ulong)seed, CPU);
            return randn(rows, columns, generator: generator).mul_(0.05);
        }

        public static Tensor Rows(int count, int columns, int seed)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)seed, CPU);
            var rows = randn(count, columns, generator: generator).mul_(0.5);
            rows.addmm_(randn(count, Factors, generator: generator), randn(Factors, columns, generator: new Generator(7, CPU)).mul_(0.2));
            rows.narrow(1, columns / 3, 4).mul_(10);
            return rows.MoveToOuterDisposeScope();
        }

        public static Hessian Hessian(int columns, int seed)
        {
            var hessian = new Hessian(columns, CPU);
            for (var tokens = 0; tokens < 2 * columns; tokens += Batch)
            {
                using var scope = NewDisposeScope();
                hessian.Add(Rows(Batch, columns, seed + tokens), 1);
            }

            return hessian;
        }
    }
}
