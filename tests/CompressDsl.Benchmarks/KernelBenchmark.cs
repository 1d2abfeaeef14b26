using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>Sparse layers beside libtorch's own: its dense layer, its CSR product, and in bfloat16.</summary>
public static class KernelBenchmark
{
    private static readonly (long In, long Out)[] Shapes = [(4096, 11008), (11008, 4096)];

    private static readonly int[] Vectors = [1, 4, 16, 64, 256];

    public static IEnumerable<Row> Run()
    {
        using var gradientsOff = no_grad();
        foreach (var row in BreakEvens().Concat(Shapes.SelectMany(static shape => Layers(shape.In, shape.Out))))
        {
            yield return row;
        }
    }

    /// <summary>Where storage begins to pay, at one token: the table behind CDSL2004.</summary>
    private static IEnumerable<Row> BreakEvens()
    {
        var (width, height) = Shapes[0];
        foreach (var (kernel, name, sparsity) in new[]
        {
            (SparseKernel.Bitmask, "bitmask", 0.05), (SparseKernel.Bitmask, "bitmask", 0.1), (SparseKernel.Csr, "csr", 0.4), (SparseKernel.Csr, "csr", 0.5),
            (SparseKernel.Csr, "csr", 0.6), (SparseKernel.Csr, "csr", 0.9),
        })
        {
            using var dense = Pruned(width, height, SparsityRule.Unstructured(sparsity));
            using var storage = Compress(dense, kernel);
            using var input = randn(1, width);
            yield return Compare(
                $"{name} {width}x{height} {sparsity:0%} n=1", 1, () => nn.functional.linear(input, dense), () => storage.Linear(input, null, FusedActivation.None));
        }
    }

    private static IEnumerable<Row> Layers(long width, long height)
    {
        var name = $"{width}x{height}";
        foreach (var sparsity in new[] { 0.5, 0.7, 0.8, 0.9 })
        {
            using var dense = Pruned(width, height, SparsityRule.Unstructured(sparsity));
            foreach (var row in BesideDense(SparseKernel.Bitmask, $"bitmask {name} {sparsity:0%}", dense))
            {
                yield return row;
            }

            if (sparsity is 0.5 or 0.9)
            {
                yield return BesideCsr($"bitmask beside csr {name} {sparsity:0%} n=1", dense);
            }
        }

        using var half = Pruned(width, height, SparsityRule.SemiStructured(2, 4));
        foreach (var row in BesideDense(SparseKernel.SemiStructured, $"2:4 {name} 50%", half))
        {
            yield return row;
        }

        using var bfloat16 = half.to(ScalarType.BFloat16);
        foreach (var row in BesideDense(SparseKernel.SemiStructured, $"2:4 bfloat16 {name} 50%", bfloat16).Where(static row => row.Case.EndsWith("n=1", StringComparison.Ordinal)))
        {
            yield return row;
        }
    }

    private static IEnumerable<Row> BesideDense(SparseKernel kernel, string name, Tensor dense)
    {
        using var storage = Compress(dense, kernel);
        var bytes = dense.numel() * dense.element_size();
        yield return new($"{name}, bytes", bytes / 1e6, storage.Bytes / 1e6, (double)bytes / storage.Bytes, "MB");
        foreach (var vectors in Vectors)
        {
            using var input = randn(vectors, dense.shape[1]).to(dense.dtype);
            yield return Compare($"{name} n={vectors}", vectors, () => nn.functional.linear(input, dense), () => storage.Linear(input, null, FusedActivation.None));
        }
    }

    private static Row BesideCsr(string name, Tensor dense)
    {
        using var storage = Compress(dense, SparseKernel.Bitmask);
        using var csr = SparseStorage.Compress(dense, SparseKernel.Csr);
        using var input = randn(1, dense.shape[1]);
        return Compare(
            name,
            1,
            () => csr.Linear(input, null, FusedActivation.None, ProductKernel.Library),
            () => storage.Linear(input, null, FusedActivation.None));
    }

    private static SparseStorage Compress(Tensor dense, SparseKernel kernel)
    {
        var storage = SparseStorage.Compress(dense, kernel);
        storage.Plan = KernelChoice.Plan(storage, dense);
        return storage;
    }

    private static Tensor Pruned(long width, long height, SparsityRule rule)
    {
        using var generator = new Generator(1);
        var weight = randn([height, width], generator: generator);
        using var scope = NewDisposeScope();
        var groups = rule.IsSemiStructured ? weight.abs().view(-1, rule.M) : null;
        var bound = groups is null ? weight.abs().flatten().narrow(0, 0, 1 << 20).quantile(tensor((float)rule.Sparsity)) : groups.kthvalue(rule.N, 1, keepdim: true).values;
        weight.masked_fill_((groups ?? weight.abs()).le(bound).view(height, width), 0);
        return weight;
    }

    private static Row Compare(string name, int vectors, Action baseline, Action ours)
    {
        var comparison = Latency.Compare(baseline, ours, new() { WarmUp = 3, Runs = vectors > 16 ? 10 : 30 });
        return new(name, comparison.Baseline.Median, comparison.Candidate.Median, comparison.Speedup, "ms");
    }
}
