using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>The column loop beside a scalar one in float64, on shapes that fit no register and no block.</summary>
public sealed class SparseGptTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string, int, int, int> Cases => new()
    {
        { "50% per layer", 37, 70, 32 },
        { "50% per layer", 1, 24, 128 },
        { "70% per layer", 64, 130, 128 },
        { "70% per row", 19, 50, 16 },
        { "2:4", 33, 68, 32 },
        { "2:4", 16, 40, 30 },
        { "1:4", 5, 24, 7 },
        { "4:8", 35, 96, 64 },
        { "1:3", 17, 45, 10 },
        { "4:6", 17, 60, 11 },
        { "blocks", 12, 40, 32 },
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masks_and_weights_are_those_of_the_slow_loop(string pattern, int rows, int columns, int blockSize)
    {
        foreach (var cutOff in (CutOff[])[CutOff.Exact, CutOff.AtOrBelow])
        {
            foreach (var isPrunedBefore in (bool[])[false, true])
            {
                Check(Rule(pattern), rows, columns, new() { BlockSize = blockSize, CutOff = cutOff }, isPrunedBefore);
            }
        }
    }

    [Theory]
    [InlineData("50% per layer")]
    [InlineData("70% per row")]
    [InlineData("blocks")]
    public void Exactly_the_fraction_goes_over_all_blocks_of_columns(string pattern)
    {
        var rule = Rule(pattern);
        var (weight, hessian) = Layer(12, 40, 3);
        using (hessian)
        {
            var solution = SparseGpt.Prune(weight, hessian, rule, new() { BlockSize = 16 });
            Assert.Equal((long)Math.Round(12 * 40 * rule.Sparsity), solution.Pruned.sum().item<long>());
            Assert.True(weight.masked_select(solution.Pruned).eq(0).all().item<bool>());
        }
    }

    [Fact]
    public void The_same_layer_gives_the_same_bits()
    {
        var (weight, hessian) = Layer(50, 90, 4);
        using (hessian)
        {
            var again = weight.clone();
            SparseGpt.Prune(weight, hessian, Rule("50% per layer"), new());
            SparseGpt.Prune(again, hessian, Rule("50% per layer"), new());
            Assert.True(weight.bytes.SequenceEqual(again.bytes));
        }
    }

    [Fact]
    public void More_gone_than_asked_for_stays_gone()
    {
        var (weight, hessian) = Layer(6, 32, 5);
        using (hessian)
        {
            var before = zeros(6, 32, dtype: ScalarType.Bool);
            before.narrow(1, 0, 20).fill_(true);
            var solution = SparseGpt.Prune(weight, hessian, Rule("50% per layer"), new() { BlockSize = 16 }, before);
            Assert.Equal(before.Places(), solution.Pruned.Places());
        }
    }

    [Fact]
    public void Of_equal_scores_the_first_go()
    {
        // Inputs that have nothing to do with each other: every weight costs the same.
        using var hessian = new Hessian(8, CPU);
        hessian.Add(eye(8), 1);
        var solution = SparseGpt.Prune(ones(3, 8), hessian, SparsityRule.Unstructured(0.4), new() { BlockSize = 4 });

        // 4 of the 12 in the first block of columns, 5 of the 12 in the second.
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 12], solution.Pruned.Places());
    }

    [Fact]
    public void Groups_do_not_depend_on_the_block_size()
    {
        var (weight, hessian) = Layer(40, 200, 6);
        using (hessian)
        {
            var again = weight.clone();
            Assert.Equal(
                SparseGpt.Prune(weight, hessian, Rule("2:4"), new()).Pruned.Places(),
                SparseGpt.Prune(again, hessian, Rule("2:4"), new() { BlockSize = 6 }).Pruned.Places());
            Assert.True(allclose(weight, again, rtol: 0, atol: 1e-5));
        }
    }

    [Fact]
    public void The_Hessian_is_left_as_it_was_and_no_tensor_remains()
    {
        var (weight, hessian) = Layer(10, 800, 8);
        using (hessian)
        {
            var before = hessian.Matrix.clone();
            var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            SparseGpt.Prune(weight, hessian, Rule("50% per layer"), new()).Pruned.Dispose();
            Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

            Assert.Throws<OperationCanceledException>(() => SparseGpt.Prune(weight, hessian, Rule("2:4"), new(), null, new(canceled: true)));
            Assert.True(before.bytes.SequenceEqual(hessian.Matrix.bytes));
        }
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var (weight, hessian) = Layer(6, 40, 9);
        using var owned = hessian;
        var broken = weight.clone();
        broken.narrow(0, 2, 1).narrow(1, 3, 1).fill_(float.NaN);

        Assert.Contains("NaN", Error(broken, Rule("2:4"), new()));
        Assert.Contains("[40, 6]", Error(weight.t(), Rule("2:4"), new()));
        Assert.Contains("Float64", Error(weight.to(ScalarType.Float64), Rule("2:4"), new()));
        Assert.Contains("groups of 3", Error(weight, SparsityRule.SemiStructured(1, 3), new()));
        Assert.Contains("4 x 4", Error(weight, SparsityRule.BlockSparse(0.5, 4, 4), new()));
        Assert.Contains("keeps everything", Error(weight, SparsityRule.KeepDense, new()));
        Assert.Contains("damping", Error(weight, Rule("2:4"), new() { Damping = 0 }));
        Assert.Contains("BlockSize", Error(weight, Rule("2:4"), new() { BlockSize = 0 }));
        Assert.Contains("mask", Error(weight, Rule("2:4"), new(), zeros(6, 40)));

        string Error(Tensor weight, SparsityRule rule, PruneOptions options, Tensor? before = null) =>
            Assert.ThrowsAny<ArgumentException>(() => SparseGpt.Prune(weight, hessian, rule, options, before)).Message;
    }

    private static SparsityRule Rule(string pattern) => pattern switch
    {
        "2:4" => SparsityRule.SemiStructured(2, 4, Criterion.SparseGpt),
        "1:4" => SparsityRule.SemiStructured(1, 4, Criterion.SparseGpt),
        "4:8" => SparsityRule.SemiStructured(4, 8, Criterion.SparseGpt),
        "1:3" => SparsityRule.SemiStructured(1, 3, Criterion.SparseGpt),
        "4:6" => SparsityRule.SemiStructured(4, 6, Criterion.SparseGpt),
        "blocks" => SparsityRule.BlockSparse(0.5, 3, 5, Criterion.SparseGpt),
        "70% per row" => SparsityRule.Unstructured(0.7, Criterion.SparseGpt, Scope.PerRow),
        _ => SparsityRule.Unstructured(double.Parse(pattern[..2], null) / 100, Criterion.SparseGpt),
    };

    private static (Tensor Weight, Hessian Hessian) Layer(int rows, int columns, int seed)
    {
        var hessian = new Hessian(columns, CPU);
        var inputs = HessianTests.Inputs(3 * columns, columns, seed);
        inputs.narrow(1, 2, 1).zero_();
        hessian.Add(inputs, 5);
        using var generator = new Generator((ulong)seed + 100);
        return (randn(rows, columns, generator: generator), hessian);
    }

    private static void Check(SparsityRule rule, int rows, int columns, PruneOptions options, bool isPrunedBefore)
    {
        var (weight, hessian) = Layer(rows, columns, 7);
        using var owned = hessian;
        using var generator = new Generator(9);
        var before = isPrunedBefore ? rand(rows, columns, generator: generator).lt(0.1f) : null;
        var slow = SlowSparseGpt.Prune(weight, hessian.Matrix, rule, options, before);
        var solution = SparseGpt.Prune(weight, hessian, rule, options, before);

        Assert.Equal(slow.Pruned, solution.Pruned.Places());
        var difference = (weight.to(ScalarType.Float64) - tensor(slow.Weight, ScalarType.Float64).reshape(rows, columns)).abs().max().item<double>();
        Assert.True(difference < 2e-4, $"{rule}: weights differ by {difference}");
        Assert.Equal(slow.Loss, solution.Loss, 1e-3 * slow.Loss);
        Assert.Equal(1, solution.DeadColumns);
    }
}
