using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>How a sparsity is shared out among layers.</summary>
public sealed class AllocationTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(Criterion.Magnitude)]
    [InlineData(Criterion.Wanda)]
    [InlineData(Criterion.SparseGpt)]
    public void Global_ranking_keeps_the_whole_and_differs_by_layer(Criterion criterion)
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, criterion, Scope.PerLayer));
        var result = Pruner.Run(model, Options(model) with { Allocation = Allocation.Global });
        Assert.InRange(result.Pruned, (long)(0.5 * result.Total) - result.Weights.Count, (long)(0.5 * result.Total));
        Assert.True(result.Weights.Select(static weight => weight.Sparsity).Distinct().Count() > 3);
        model.ClearMasks();
    }

    [Fact]
    public void Owl_gives_a_block_one_sparsity_and_the_mean_is_the_target()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.6, Criterion.Wanda, Scope.PerLayer));
        using (no_grad())
        {
            // An outlier in the last block only.
            model.blocks[2].up.weight.narrow(0, 0, 1).mul_(40);
        }

        var result = Pruner.Run(model, Options(model) with { Rule = SparsityRule.Unstructured(0.6, Criterion.SparseGpt), Allocation = Allocation.Owl(lambda: 0.1) });
        double Of(string path) => result.Weights.Single(weight => weight.Path == path).Rule.Sparsity;
        Assert.Equal(Of("blocks.0.up.weight"), Of("blocks.0.down.weight"));
        Assert.True(Of("blocks.2.up.weight") < Of("blocks.0.up.weight"));
        var layers = ((string[])["inlet.weight", "blocks.0.up.weight", "blocks.1.up.weight", "blocks.2.up.weight", "head.weight"]).Select(Of);
        Assert.Equal(0.6, layers.Average(), 1e-6);
        model.ClearMasks();
    }

    [Fact]
    public void A_sparsity_for_each_named_weight_is_followed_and_zero_leaves_it_alone()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5));
        var result = Pruner.Run(model, new()
        {
            Allocation = Allocation.PerWeight(new Dictionary<string, double> { ["inlet.weight"] = 0, ["blocks.1.up.weight"] = 0.75 }),
        });
        double Of(string path) => result.Weights.Single(weight => weight.Path == path).Sparsity;
        Assert.Equal((0, 0.75, 0.5), (Of("inlet.weight"), Of("blocks.1.up.weight"), Of("head.weight")));
        model.ClearMasks();
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(double.NaN, 0.1)]
    [InlineData(5, 0)]
    [InlineData(5, 0.5)]
    public void Owl_has_ranges(double m, double lambda) => Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Owl(m, lambda));

    [Fact]
    public void A_name_that_is_no_weight_is_refused()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5));
        var options = new PruneOptions { Allocation = Allocation.PerWeight(new Dictionary<string, double> { ["inlet.wieght"] = 0.1 }) };
        var error = Assert.Throws<InvalidOperationException>(() => Pruner.Run(model, options));
        Assert.Contains("'inlet.wieght'", error.Message);
        Assert.Contains("inlet.weight", error.Message);
    }

    [Fact]
    public void A_global_scope_of_a_criterion_that_solves_layers_is_ranked_first()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.SparseGpt, Scope.Global));
        var result = Pruner.Run(model, Options(model));
        Assert.InRange(result.Sparsity, 0.48, 0.5);
        Assert.True(result.Weights.Select(static weight => weight.Sparsity).Distinct().Count() > 3);
        model.ClearMasks();
    }

    private static PruneOptions Options(BlockStack model) => CalibrationTests.Options(model, CalibrationTests.Batches(4));
}
