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

    private static SparsityRule Rule(string pattern) => pattern switch
    {
        "2:4" => SparsityRule.SemiStructured(2, 4, Criterion.SparseGpt),
        "1:4" => SparsityRule.SemiStructured(1, 4, Criterion.SparseGpt),
        "4:8" => SparsityRule.SemiStructured(4, 8, Criterion.SparseGpt),
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
