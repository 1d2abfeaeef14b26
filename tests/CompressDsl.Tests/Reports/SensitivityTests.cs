using CompressDsl.Tests.Pruning;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Reports;

public sealed class SensitivityTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Scan_measures_each_layer_alone_and_leaves_the_model_as_it_was()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5), depth: 1);
        var before = model.parameters().SelectMany(static parameter => parameter.Floats()).ToArray();
        var report = Scan(model);

        Assert.Equal(["inlet.weight", "blocks.0.up.weight", "blocks.0.down.weight", "head.weight"], report.Layers.Select(static layer => layer.Path));
        Assert.Equal(before, model.parameters().SelectMany(static parameter => parameter.Floats()));
        Assert.All(model.Compression.AllSites, static site => Assert.True(site.Mask.IsDense));

        // The slow obvious way, for one layer.
        var pairs = Pairs(model);
        using (no_grad())
        {
            var weight = model.blocks[0].down.weight;
            var order = weight.flatten().abs().argsort().narrow(0, 0, weight.numel() / 2);
            weight.flatten().index_fill_(0, order, 0);
        }

        var loss = pairs.Average(pair => (model.call(pair.Input) - pair.Output).square().mean().item<float>());
        Assert.Equal(loss, report.Layers[2].Trials.Single(static trial => trial.Sparsity == 0.5).Loss, 1e-5);
    }

    [Fact]
    public void A_parameter_budget_is_met_where_it_hurts_least()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5), depth: 2);
        using (no_grad())
        {
            model.blocks[0].down.weight.mul_(0.01);
        }

        var report = Scan(model);
        var result = Pruner.Run(model, new() { Allocation = report.ForParameters(0.6) });
        Assert.Equal(0.4, (double)result.Pruned / result.Total, 0.02);
        var sparsities = result.Weights.ToDictionary(static weight => weight.Path, static weight => weight.Sparsity);
        Assert.Equal(0.75, sparsities["blocks.0.down.weight"]);
        Assert.True(sparsities["head.weight"] < 0.75);
        Assert.Contains("head.weight", report.ToString());
        model.ClearMasks();
    }

    [Fact]
    public void A_budget_out_of_reach_says_how_far_it_goes()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5), depth: 1);
        var report = Scan(model);
        Assert.Contains("Try higher ones", Assert.Throws<InvalidOperationException>(() => report.ForParameters(0.1)).Message);
        Assert.Contains("MeasureLatency", Assert.Throws<InvalidOperationException>(() => report.ForLatency(0.5)).Message);
    }

    [Fact]
    public void Zeros_without_a_kernel_do_not_meet_a_latency_budget()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5), depth: 1);
        var report = Scan(model, measuresLatency: true);
        Assert.All(report.Layers, static layer => Assert.True(layer.DenseMilliseconds > 0));
        Assert.Contains("CDSL2001", Assert.Throws<InvalidOperationException>(() => report.ForLatency(0.01)).Message);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.3)]
    public void Budget_takes_what_is_cheapest_first(double budget)
    {
        // Brute force over all pairs of choices.
        Choice[][] layers = [[new(0, 0, 1), new(0.5, 0.1, 0.5), new(0.9, 2, 0.1)], [new(0, 0, 1), new(0.5, 0.3, 0.5), new(0.9, 0.5, 0.1)]];
        var best = (from a in layers[0] from b in layers[1] where a.Cost + b.Cost <= 2 * budget orderby a.Loss + b.Loss select (a.Sparsity, b.Sparsity)).First();
        var met = Budget.Meet(layers, 2 * budget, isLinear: false)!;
        Assert.Equal(best, (met[0], met[1]));
    }

    /// <summary>The loss is how far the output is from that of the dense model.</summary>
    private SensitivityReport Scan(BlockStack model, bool measuresLatency = false) => model.ScanSensitivity(new()
    {
        Calibration = Calibration.Of(Pairs(model), pair => model.call(pair.Input), pair => (model.call(pair.Input) - pair.Output).square().mean()),
        Sparsities = [0.25, 0.5, 0.75],
        MeasureLatency = measuresLatency,
        Latency = new() { WarmUp = 1, Runs = 3 },
    });

    private static (Tensor Input, Tensor Output)[] Pairs(BlockStack model) =>
        [.. CalibrationTests.Batches(2).Select(batch => (batch, model.call(batch).detach()))];
}
