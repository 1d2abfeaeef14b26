using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>Wanda's scores, the search of its variant against a slow, obvious one, and the norms that both go by.</summary>
public sealed class WandaTests : IDisposable
{
    // Few different values, whose sums are exact.
    private static readonly Gen<float> Quarters = Gen.Int[0, 20].Select(static value => value / 4f);

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Score_is_the_weight_times_the_norm_of_its_input() => Assert.Equal(
        [2, 6, 0, 0, 12, 0],
        Wanda.Score(tensor(new float[] { 1, -2, 3, 0, 4, -5 }).reshape(2, 3), tensor(new float[] { 4, 9, 0 })).Floats());

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void Scores_of_other_types_are_float32(ScalarType dtype) =>
        Assert.Equal(ScalarType.Float32, Wanda.Score(ones(2, 3, dtype: dtype), ones(3)).dtype);

    [Fact]
    public void Norms_count_sequences_and_not_tokens()
    {
        using var norms = new ActivationNorms(2, CPU);
        norms.Add(tensor(new float[] { 1, 2, 3, 4, 5, 6 }).reshape(3, 2), 1);
        norms.Add(tensor(new float[] { 1, 0, 1, 0 }).reshape(2, 2), 3);

        Assert.Equal([37 / 4f, 56 / 4f], norms.MeanSquares.Floats());
        Assert.Equal([(float)((Math.Sqrt(35) + Math.Sqrt(2)) / 128), (float)(Math.Sqrt(56) / 128)], norms.SumOfRoots.Floats());
    }

    [Fact]
    public void Norms_of_many_tokens_do_not_lose_the_small_ones()
    {
        using var norms = new ActivationNorms(1, CPU);
        norms.Add(full(1, 1, 10_000f), 1);
        for (var i = 0; i < 100; i++)
        {
            norms.Add(ones(1000, 1), 1);
        }

        // In float32, 1e8 + 1 is 1e8.
        Assert.Equal((1e8 + 1e5) / 101, norms.MeanSquares.item<float>(), 0.1);
    }

    [Fact]
    public void Norms_refuse_rows_of_another_width_and_no_rows_at_all()
    {
        using var norms = new ActivationNorms(4, CPU);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => norms.Add(ones(2, 3), 1)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => norms.MeanSquares);
    }

    [Fact]
    public void Norms_outlive_the_scope_they_are_made_in()
    {
        ActivationNorms norms;
        using (NewDisposeScope())
        {
            norms = new ActivationNorms(2, CPU);
            norms.Add(ones(3, 2), 1);
        }

        Assert.Equal([3, 3], norms.MeanSquares.Floats());
        norms.Dispose();
    }

    [Fact]
    public void Variant_agrees_with_a_slow_search() => Gen.Select(Quarters.Array[60], Gen.Double[0.2, 0.8]).Sample(
        (scores, sparsity) =>
        {
            using var inner = NewDisposeScope();
            var rows = scores.Chunk(15).ToArray();
            var expected = Search(rows, sparsity, out var expectedAlpha);
            var chosen = Wanda.ChooseVariant(tensor(scores).reshape(4, 15), sparsity, out var alpha);
            Assert.Equal(expectedAlpha, alpha);
            Assert.Equal(expected, chosen.Places());
        },
        iter: 200,
        threads: 1);

    [Fact]
    public void Variant_takes_different_numbers_from_rows_and_comes_near_the_sparsity()
    {
        manual_seed(3);
        var scores = randn(32, 256).abs() * linspace(0, 3, 32).unsqueeze(1) + rand(32, 256);
        var chosen = Wanda.ChooseVariant(scores, 0.6, out _);

        Assert.InRange(chosen.to(ScalarType.Float64).mean().item<double>(), 0.598, 0.602);
        Assert.True(chosen.sum(1).unique().output.numel() > 1);
    }

    [Fact]
    public void Variant_takes_first_what_was_pruned_before()
    {
        manual_seed(4);
        var before = rand(8, 64).lt(0.3);
        var chosen = Wanda.ChooseVariant(rand(8, 64).masked_fill(before, float.NegativeInfinity), 0.5, out _);

        Assert.False(before.logical_and(chosen.logical_not()).any().item<bool>());
        Assert.InRange(chosen.to(ScalarType.Float64).mean().item<double>(), 0.48, 0.52);
    }

    private static int[] Search(float[][] rows, double sparsity, out double alpha)
    {
        var (low, high) = (0.0, 0.8);
        alpha = 0.4;
        while (true)
        {
            var bound = alpha;
            var chosen = rows.SelectMany((row, r) => Choose(row, bound).Select(column => (r * row.Length) + column)).ToArray();
            var reached = (float)chosen.Length / rows.Sum(static row => row.Length);
            if (Math.Abs(reached - (float)sparsity) <= 0.001f || high - low < 0.001)
            {
                return chosen;
            }

            (alpha, low, high) = reached > (float)sparsity ? ((alpha + low) / 2, low, alpha) : ((alpha + high) / 2, alpha, high);
        }
    }

    private static IEnumerable<int> Choose(float[] row, double alpha)
    {
        // The bound is float32, as it is there.
        var bound = row.Sum() * (float)alpha;
        var (sum, last) = (0f, -1f);
        foreach (var score in row.Order())
        {
            sum += score;
            if (sum > bound)
            {
                break;
            }

            last = score;
        }

        return row.Index().Where(pair => pair.Item <= last).Select(static pair => pair.Index);
    }
}
