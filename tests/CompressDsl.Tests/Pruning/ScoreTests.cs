using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>Criteria that score single weights by gradients or at random, and patterns that choose by scores.</summary>
public sealed class ScoreTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Taylor_removes_the_smallest_products_of_weight_and_mean_gradient()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.Taylor));
        var batches = CalibrationTests.Batches(3);
        var weight = model.inlet.weight;
        var gradient = MeanOf(batches, batch => GradientOf(model, weight, batch));
        var expected = Lowest((weight.detach() * gradient).abs());

        Pruner.Run(model, CalibrationTests.Options(model, batches));
        Assert.Equal(expected, model.Compression.AllSites[0].Mask.Pruned.Places());
        Assert.All(model.parameters(), static parameter => Assert.Null(parameter.grad));
        model.ClearMasks();
    }

    [Fact]
    public void Fisher_removes_the_smallest_products_of_squared_weight_and_mean_squared_gradient()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.Fisher));
        var batches = CalibrationTests.Batches(3);
        var weight = model.inlet.weight;
        var expected = Lowest(weight.detach().square() * MeanOf(batches, batch => GradientOf(model, weight, batch).square()));

        Pruner.Run(model, CalibrationTests.Options(model, batches));
        Assert.Equal(expected, model.Compression.AllSites[0].Mask.Pruned.Places());
        model.ClearMasks();
    }

    [Fact]
    public void Random_depends_on_the_seed_and_on_the_path_alone()
    {
        int[] Chosen(int seed, int place)
        {
            using var model = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.Random), seed: seed + 10);
            Pruner.Run(model, new() { Seed = seed });
            var chosen = model.Compression.AllSites[place].Mask.Pruned.Places();
            model.ClearMasks();
            return chosen;
        }

        Assert.Equal(Chosen(1, 1), Chosen(1, 1));
        Assert.NotEqual(Chosen(1, 1), Chosen(2, 1));
        Assert.NotEqual(Chosen(1, 1), Chosen(1, 3));
    }

    [Fact]
    public void Blocks_go_as_a_whole_those_with_the_smallest_sums()
    {
        var layer = Linear(6, 4, hasBias: false);
        Weights.Fill(layer.weight, [.. Enumerable.Range(0, 24).Select(static i => (i / 12 * 2) + (i % 6 / 3) == 1 ? 0.1f : 1f)]);
        using var model = new Annotated(SparsityRule.BlockSparse(0.25, 2, 3), ("layer", layer));
        Pruner.Run(model);
        Assert.Equal([3, 4, 5, 9, 10, 11], model.Compression.AllSites[0].Mask.Pruned.Places());

        // What is pruned stays pruned, and counts.
        Pruner.Run(model, new() { Rule = SparsityRule.BlockSparse(0.5, 2, 3) });
        Assert.Equal(12, model.Compression.AllSites[0].Mask.PrunedCount);
        model.ClearMasks();
    }

    [Fact]
    public void A_weight_that_is_gone_does_not_pull_its_block_down()
    {
        var layer = Linear(4, 2, hasBias: false);
        Weights.Fill(layer.weight, 9, 9, 1, 1, 9, 9, 1, 1);
        using var model = new Annotated(SparsityRule.BlockSparse(0.5, 2, 2), ("layer", layer));
        model.Compression.AllSites[0].Mask.Set(tensor(new[] { true, false, false, false, false, false, false, false }).reshape(2, 4));
        Pruner.Run(model);
        Assert.Equal([0, 2, 3, 6, 7], model.Compression.AllSites[0].Mask.Pruned.Places());
        model.ClearMasks();
    }

    [Fact]
    public void Blocks_that_do_not_fit_are_explained()
    {
        using var model = new Annotated(SparsityRule.BlockSparse(0.5, 3, 4), ("layer", Linear(8, 4)));
        var error = Assert.Throws<InvalidOperationException>(() => Pruner.Run(model));
        Assert.Contains("'layer.weight' [4, 8] has 4 outputs and 8 inputs, which do not divide into blocks of 3 x 4", error.Message);
    }

    [Fact]
    public void At_or_below_removes_the_weight_at_the_place_too_and_every_tie()
    {
        var layer = Linear(4, 1, hasBias: false);
        Weights.Fill(layer.weight, 1, 2, 2, 3);
        using var model = new Annotated(SparsityRule.Unstructured(0.25), ("layer", layer));
        Pruner.Run(model, new() { CutOff = CutOff.AtOrBelow });
        Assert.Equal([0, 1, 2], model.Compression.AllSites[0].Mask.Pruned.Places());
        model.ClearMasks();
    }

    [Theory]
    [InlineData(CutOff.Exact, 126)]
    [InlineData(CutOff.Truncated, 125)]
    [InlineData(CutOff.AtOrBelow, 126)]
    public void Cut_offs_differ_where_a_product_is_whole_but_for_rounding(CutOff cutOff, long removed)
    {
        using var model = new Annotated(SparsityRule.Unstructured(0.7, scope: Scope.PerRow), ("layer", Linear(180, 1, hasBias: false)));
        Assert.Equal(removed, Pruner.Run(model, new() { CutOff = cutOff }).Pruned);
        model.ClearMasks();
    }

    [Theory]
    [InlineData(Criterion.Wanda)]
    [InlineData(Criterion.SparseGpt)]
    [InlineData(Criterion.Alps)]
    public void Convolutions_are_solved_on_their_patches(Criterion criterion)
    {
        var layer = Conv2d(3, 4, (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2), bias: false);
        using var model = new Annotated(SparsityRule.Unstructured(0.5, criterion, Scope.PerLayer), ("layer", layer));
        Weights.Draw(model, 3);
        var input = randn([5, 3, 7, 8], generator: new Generator(5));
        var weight = layer.weight.detach().clone();
        var output = model.call(input).detach();
        var options = new PruneOptions { Calibration = Calibration.Of([input], batch => model.call(batch)), MeasureErrors = true };
        var result = Pruner.Run(model, options);

        // The error that the Hessian tells is the error of the output.
        var error = ((model.call(input) - output).square().sum() / output.square().sum()).item<float>();
        Assert.Equal(error, result.Weights[0].Error!.Value, 1e-4);
        Assert.Equal(36, result.Pruned);
        if (criterion == Criterion.SparseGpt)
        {
            Assert.True((layer.weight - weight).masked_select(layer.weight.ne(0)).abs().max().item<float>() > 1e-4);
        }

        model.ClearMasks();
    }

    [Fact]
    public void Layers_whose_inputs_cannot_be_seen_are_named()
    {
        using var model = new Annotated(SparsityRule.Unstructured(0.5, Criterion.Wanda), ("up", ConvTranspose1d(4, 4, 3)));
        var error = Assert.Throws<InvalidOperationException>(
            () => Pruner.Run(model, new() { Calibration = Calibration.Of([zeros(1, 4, 5)], batch => model.call(batch)) }));
        Assert.Contains("'up.weight' asks for Wanda, which looks at the inputs of its layer, but it is a transposed convolution", error.Message);
    }

    private static int[] Lowest(Tensor scores)
    {
        var values = scores.Floats();
        return [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i]).Take(values.Length / 2).Order()];
    }

    private static Tensor MeanOf(Tensor[] batches, Func<Tensor, Tensor> of) => batches.Select(of).Aggregate(static (a, b) => a + b) / batches.Length;

    private static Tensor GradientOf(BlockStack model, Tensor weight, Tensor batch) => autograd.grad([model.call(batch).square().mean()], [weight])[0];
}
