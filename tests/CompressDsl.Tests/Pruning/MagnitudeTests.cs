using CsCheck;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>Magnitude at every scope against a slow, obvious reference, with many ties.</summary>
public sealed class MagnitudeTests : IDisposable
{
    // Few different values, so that ties are everywhere.
    private static readonly Gen<float> Value = Gen.Int[-3, 3].Select(static value => value / 2f);
    private static readonly Gen<double> Fraction = Gen.Double[0.01, 0.99];

    private static readonly (int N, int M)[] Patterns = [(1, 2), (2, 4), (1, 4), (3, 4), (3, 6)];

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void PerLayer_removes_the_smallest_of_the_layer() => Gen.Select(Value.Array[24], Fraction).Sample(
        (values, sparsity) => Assert.Equal(
            Weights.Smallest(values, Enumerable.Range(0, 24), (int)Math.Floor((24 * sparsity) + 1e-6)).Order(),
            Prune(values, [4, 6], SparsityRule.Unstructured(sparsity)).Places()),
        iter: 200,
        threads: 1);

    [Fact]
    public void PerRow_removes_the_smallest_of_every_row() => Gen.Select(Value.Array[24], Fraction).Sample(
        (values, sparsity) => Assert.Equal(
            Enumerable.Range(0, 4).SelectMany(row => Weights.Smallest(values, Enumerable.Range(row * 6, 6), (int)Math.Floor((6 * sparsity) + 1e-6))).Order(),
            Prune(values, [4, 6], SparsityRule.Unstructured(sparsity, scope: Scope.PerRow)).Places()),
        iter: 200,
        threads: 1);

    [Fact]
    public void Semi_structured_keeps_N_of_every_M_neighbours() => Gen.Select(Value.Array[48], Gen.Int[0, Patterns.Length - 1]).Sample(
        (values, pattern) =>
        {
            var (n, m) = Patterns[pattern];
            var expected = Enumerable.Range(0, 48 / m).SelectMany(group => Weights.Smallest(values, Enumerable.Range(group * m, m), m - n)).Order();
            Assert.Equal(expected, Prune(values, [4, 12], SparsityRule.SemiStructured(n, m)).Places());
        },
        iter: 200,
        threads: 1);

    [Fact]
    public void Global_compares_all_weights_of_the_class_and_takes_the_earlier_of_two_equal_ones() => Gen.Select(Value.Array[20], Fraction).Sample(
        (values, sparsity) =>
        {
            using var inner = NewDisposeScope();
            var (first, second) = (Linear(4, 2, hasBias: false), Linear(3, 4, hasBias: false));
            Weights.Fill(first.weight, values[..8]);
            Weights.Fill(second.weight, values[8..]);
            using var model = new Annotated(SparsityRule.Unstructured(sparsity, scope: Scope.Global), ("first", first), ("second", second));
            Pruner.Run(model);

            var expected = Weights.Smallest(values, Enumerable.Range(0, 20), (int)Math.Floor((20 * sparsity) + 1e-6)).Order();
            var sites = model.Compression.AllSites;
            Assert.Equal(expected, [.. sites[0].Mask.Pruned.Places(), .. sites[1].Mask.Pruned.Places().Select(static place => place + 8)]);
        },
        iter: 200,
        threads: 1);

    [Theory]
    [InlineData(100, 0.29, 29)] // 100 * 0.29 is 28.999999999999996
    [InlineData(10, 0.7, 7)]
    [InlineData(9, 0.5, 4)]
    [InlineData(3, 0.999, 2)]
    [InlineData(1, 0.5, 0)]
    public void Exactly_the_floor_of_the_fraction_goes(int count, double sparsity, int expected)
    {
        var mask = Prune([.. Enumerable.Range(0, count).Select(static i => (float)i)], [1, count], SparsityRule.Unstructured(sparsity));
        Assert.Equal(Enumerable.Range(0, expected), mask.Places());
    }

    [Fact]
    public void All_equal_weights_lose_the_first_ones() =>
        Assert.Equal(Enumerable.Range(0, 500), Prune([.. Enumerable.Repeat(-1f, 1000)], [10, 100], SparsityRule.Unstructured(0.5)).Places());

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float64)]
    public void Other_types_are_compared_in_float32(ScalarType dtype)
    {
        manual_seed(1);
        var layer = Linear(16, 8, hasBias: false, dtype: dtype);
        var values = layer.weight.Floats();
        using var model = new Annotated(SparsityRule.Unstructured(0.6), ("layer", layer));
        Pruner.Run(model);

        Assert.Equal(Weights.Smallest(values, Enumerable.Range(0, 128), 76).Order(), model.Compression.AllSites[0].Mask.Pruned.Places());
        Assert.Equal(dtype, layer.weight.dtype);
    }

    [Fact]
    public void Infinite_weights_are_the_largest() => Assert.Equal(
        [1, 2], Prune([float.NegativeInfinity, 1, 2, float.PositiveInfinity], [1, 4], SparsityRule.Unstructured(0.5)).Places());

    [Fact]
    public void A_large_layer_is_quick()
    {
        var layer = Linear(4096, 4096, hasBias: false);
        using var model = new Annotated(SparsityRule.Unstructured(0.5), ("layer", layer));
        var result = Pruner.Run(model);

        Assert.Equal(4096L * 4096 / 2, result.Pruned);
        Assert.True(result.Seconds < 20, $"It took {result.Seconds} s.");
    }

    /// <summary>The mask of a linear layer with these weights.</summary>
    private static Tensor Prune(float[] values, long[] shape, SparsityRule rule)
    {
        using var layer = Linear(shape[1], shape[0], hasBias: false);
        Weights.Fill(layer.weight, values);
        var model = new Annotated(rule, ("layer", layer));
        var report = Pruner.Run(model);
        var mask = model.Compression.AllSites.Single().Mask;
        var kept = values.Length - layer.weight.Floats().Where((value, place) => value == 0 && values[place] != 0).Count();
        Assert.True(kept >= values.Length - report.Pruned);
        var pruned = mask.Pruned;
        Assert.All(pruned.Places(), place => Assert.Equal(0, layer.weight.Floats()[place]));
        mask.Dispose();
        return pruned;
    }
}
