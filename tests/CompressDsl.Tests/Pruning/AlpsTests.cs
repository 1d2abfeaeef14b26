using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>ALPS against SparseGPT, against every support there is, and against the exact solution on its own.</summary>
public sealed class AlpsTests : IDisposable
{
    private static readonly Dictionary<string, SparsityRule> Rules = new()
    {
        ["50%"] = SparsityRule.Unstructured(0.5, Criterion.Alps),
        ["70%"] = SparsityRule.Unstructured(0.7, Criterion.Alps),
        ["80%"] = SparsityRule.Unstructured(0.8, Criterion.Alps),
        ["70% per row"] = SparsityRule.Unstructured(0.7, Criterion.Alps, Scope.PerRow),
        ["2:4"] = SparsityRule.SemiStructured(2, 4, Criterion.Alps),
        ["50% of 4 x 4"] = SparsityRule.BlockSparse(0.5, 4, 4, Criterion.Alps),
    };

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly List<Hessian> hessians = [];

    public void Dispose()
    {
        hessians.ForEach(static hessian => hessian.Dispose());
        scope.Dispose();
    }

    public static TheoryData<string, string> Layers()
    {
        var data = new TheoryData<string, string>();
        foreach (var layer in new[] { "correlated", "outliers", "few tokens", "dead", "steep", "independent", "tall", "wide" })
        {
            foreach (var rule in Rules.Keys)
            {
                data.Add(layer, rule);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Loses_less_than_SparseGpt(string layer, string rule)
    {
        var (weight, hessian) = Make(layer);
        var (alps, gpt) = (weight.clone(), weight.clone());
        var options = new PruneOptions();
        var mine = Alps.Prune(alps, hessian, Rules[rule], options);
        var other = SparseGpt.Prune(gpt, hessian, Rules[rule], options);

        Assert.Equal(other.Pruned.sum().item<long>(), mine.Pruned.sum().item<long>());
        Assert.Equal(0, alps.masked_select(mine.Pruned).abs().sum().item<float>());
        var (lost, lostByGpt) = (hessian.RelativeError(weight, alps), hessian.RelativeError(weight, gpt));
        Assert.True(lost < lostByGpt, $"ALPS loses {lost}, SparseGPT {lostByGpt}.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Finds_a_support_close_to_the_best_there_is(int seed)
    {
        manual_seed(seed);
        using var hessian = new Hessian(10, CPU);
        hessian.Add(randn(100, 10).mm(randn(10, 10)), 1);
        var weight = randn(1, 10);
        var matrix = Damped(hessian);
        var pruned = weight.clone();
        Alps.Prune(pruned, hessian, SparsityRule.Unstructured(0.5), new());

        var best = Enumerable.Range(0, 1 << 10).Where(static bits => int.PopCount(bits) == 5)
            .Select(static bits => Enumerable.Range(0, 10).Where(i => (bits >> i & 1) == 1).Select(static i => (long)i).ToArray())
            .Min(places => Loss(weight, Best(weight, matrix, places), matrix));
        Assert.InRange(Loss(weight, pruned, matrix), best * (1 - 1e-5), best * 1.25);
    }

    [Theory]
    [InlineData("correlated")]
    [InlineData("few tokens")]
    public void The_weights_that_stay_are_the_best_for_their_support(string layer)
    {
        var (weight, hessian) = Make(layer);
        var matrix = Damped(hessian);
        var pruned = weight.clone();
        var support = Alps.Prune(pruned, hessian, Rules["70%"], new()).Pruned.logical_not();

        for (long row = 0; row < weight.shape[0]; row += 10)
        {
            var dense = weight.narrow(0, row, 1);
            var least = Loss(dense, Best(dense, matrix, support[row].nonzero().flatten().data<long>().ToArray()), matrix);
            Assert.InRange(Loss(dense, pruned.narrow(0, row, 1), matrix), least * (1 - 1e-6), least * (1 + 1e-4));
        }
    }

    [Fact]
    public void With_independent_inputs_the_largest_stay_as_they_are()
    {
        manual_seed(5);
        var variances = rand(16) + 0.5f;
        using var hessian = new Hessian(16, CPU);
        hessian.Add(variances.sqrt().diag(), 1);
        var weight = randn(8, 16);
        var pruned = weight.clone();
        var solution = Alps.Prune(pruned, hessian, Rules["50%"], new());

        var scores = weight.square() * (variances + (0.01 * variances.mean()));
        Assert.Equal(Selection.Lowest(scores.reshape(1, -1), 64).Places(), solution.Pruned.Places());
        Assert.True(weight.masked_fill(solution.Pruned, 0).allclose(pruned, atol: 1e-3));
    }

    [Theory]
    [InlineData("70%", 3225)] // 48 * 96 * 0.7 = 3225.6
    [InlineData("70% per row", 48 * 67)]
    [InlineData("2:4", 48 * 48)]
    [InlineData("50% of 4 x 4", 48 * 48)]
    public void As_many_go_as_the_rule_asks_for_whatever_was_pruned_before(string rule, long expected)
    {
        var (weight, hessian) = Make("correlated");
        var free = weight.clone();
        Assert.Equal(expected, Alps.Prune(free, hessian, Rules[rule], new()).Pruned.sum().item<long>());

        var before = zeros(weight.shape, ScalarType.Bool);
        before.narrow(0, 0, 4).narrow(1, 0, 4).fill_(true);
        if (rule == "2:4")
        {
            before.narrow(1, 2, 2).fill_(false);
        }

        weight.masked_fill_(before, 0);
        var pruned = Alps.Prune(weight, hessian, Rules[rule], new(), before).Pruned;
        Assert.Equal(expected, pruned.sum().item<long>());
        Assert.Equal(0, before.logical_and(pruned.logical_not()).sum().item<long>());
        Assert.Equal(0, weight.masked_select(before).abs().sum().item<float>());
    }

    [Fact]
    public void At_or_below_removes_one_more()
    {
        var (weight, hessian) = Make("correlated");
        Assert.Equal(3226, Alps.Prune(weight, hessian, Rules["70%"], new() { CutOff = CutOff.AtOrBelow }).Pruned.sum().item<long>());
    }

    [Fact]
    public void Weights_of_dead_columns_go_first_and_are_counted()
    {
        var (weight, hessian) = Make("dead");
        var dead = hessian.Matrix.diagonal().eq(0);
        var solution = Alps.Prune(weight, hessian, Rules["50%"], new());

        Assert.Equal(12, solution.DeadColumns);
        Assert.True(solution.Pruned.masked_select(dead).all().item<bool>());
        Assert.Equal((0.01, 0), (solution.Damping, solution.DampingRaises));
    }

    [Fact]
    public void Runs_again_to_the_same_bits_and_leaves_the_Hessian_alone()
    {
        var (weight, hessian) = Make("outliers");
        var (matrix, first, second) = (hessian.Matrix.clone(), weight.clone(), weight.clone());
        Alps.Prune(first, hessian, Rules["70%"], new());
        Alps.Prune(second, hessian, Rules["70%"], new());

        Assert.Equal(first.Floats(), second.Floats());
        Assert.Equal(matrix.Floats(), hessian.Matrix.Floats());
    }

    [Fact]
    public void Nothing_is_left_behind_but_the_mask()
    {
        var (weight, hessian) = Make("correlated");
        using var inner = NewDisposeScope();
        var solution = Alps.Prune(weight, hessian, Rules["70%"], new());

        Assert.Equal(1, inner.DisposablesCount);
        Assert.False(solution.Pruned.IsInvalid);
    }

    [Fact]
    public void A_Hessian_or_weight_that_is_not_finite_is_refused()
    {
        using var hessian = new Hessian(4, CPU);
        hessian.Add(full(1, 4, float.PositiveInfinity), 1);
        Assert.Throws<InvalidOperationException>(() => Alps.Prune(ones(2, 4), hessian, Rules["50%"], new()));

        using var finite = new Hessian(4, CPU);
        finite.Add(ones(1, 4), 1);
        Assert.Throws<InvalidOperationException>(() => Alps.Prune(full(2, 4, float.NaN), finite, Rules["50%"], new()));
    }

    [Fact]
    public void A_cancelled_run_leaves_the_weight_as_it_was()
    {
        var (weight, hessian) = Make("correlated");
        var before = weight.Floats();
        Assert.Throws<OperationCanceledException>(() => Alps.Prune(weight, hessian, Rules["70%"], new(), null, new(canceled: true)));
        Assert.Equal(before, weight.Floats());
    }

    /// <summary>A layer of 48 x 96 (other sizes where the name says so) and the inputs it sees.</summary>
    private (Tensor Weight, Hessian Hessian) Make(string kind)
    {
        manual_seed(1);
        var (rows, columns) = kind switch { "tall" => (512, 64), "wide" => (16, 320), _ => (48, 96) };
        var inputs = kind == "independent"
            ? randn(2000, columns)
            : randn(kind == "few tokens" ? 24 : 2000, columns)
                .mm((randn(columns, columns) * arange(1, columns + 1).pow(kind == "steep" ? -1.5 : -0.6).unsqueeze(1)) + (eye(columns) * 0.05));
        if (kind is "outliers" or "few tokens" or "wide")
        {
            inputs.narrow(1, columns / 3, 3).mul_(20);
        }

        if (kind == "dead")
        {
            inputs.narrow(1, 20, 12).zero_();
        }

        var hessian = new Hessian(columns, CPU);
        hessians.Add(hessian);
        hessian.Add(inputs, 8);
        return (randn(rows, columns) * 0.05, hessian);
    }

    private static Tensor Damped(Hessian hessian)
    {
        var matrix = hessian.Matrix.to(ScalarType.Float64);
        return matrix + (matrix.diagonal().mean() * 0.01 * eye(hessian.Columns, dtype: ScalarType.Float64));
    }

    /// <summary>The row that stays closest to the dense one and is zero but at some places.</summary>
    private static Tensor Best(Tensor row, Tensor matrix, long[] places)
    {
        var index = tensor(places);
        var right = row.to(ScalarType.Float64).mm(matrix).index_select(1, index);
        var values = linalg.solve(matrix.index_select(0, index).index_select(1, index), right.t()).t();
        return zeros(row.shape, ScalarType.Float64).index_copy_(1, index, values);
    }

    private static double Loss(Tensor row, Tensor pruned, Tensor matrix)
    {
        var change = row.to(ScalarType.Float64) - pruned;
        return change.mm(matrix).mul(change).sum().item<double>();
    }
}
