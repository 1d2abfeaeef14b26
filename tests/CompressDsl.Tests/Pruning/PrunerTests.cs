using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>The engine: scopes over several weights, options, a second run, errors, cancellation, reports.</summary>
public sealed class PrunerTests : IDisposable
{
    private static readonly SparsityRule Half = SparsityRule.Unstructured(0.5);

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Global_compares_within_each_annotated_module()
    {
        var rule = SparsityRule.Unstructured(0.5, scope: Scope.Global);
        var (small, large) = (Constant(1), Constant(10));
        using var model = new Annotated(
            null, ("first", new Annotated(rule, ("a", small), ("b", Constant(2)))), ("second", new Annotated(rule, ("a", large), ("b", Constant(20)))));
        Pruner.Run(model);

        Assert.Equal([0, 1, 0, 1], model.Compression.AllSites.Select(static site => 1 - site.Mask.Sparsity));
        model.ClearMasks();
    }

    [Fact]
    public void Global_rules_of_members_are_compared_within_the_module_that_has_them()
    {
        var rule = SparsityRule.Unstructured(0.5, scope: Scope.Global);
        var (a, b, c) = (Constant(1), Constant(2), Constant(0.5f));
        using var model = new Annotated(
            Half,
            (self, _) =>
            {
                self.Site("a", () => PrunableWeight.Of(a), rule);
                self.Site("b", () => PrunableWeight.Of(b), rule);
            },
            ("a", a),
            ("b", b),
            ("c", c));
        var result = Pruner.Run(model);

        Assert.Equal([16, 0, 8], result.Weights.Select(static weight => weight.Pruned));
        Assert.Equal([1.0, 1.0, 0.5], result.Weights.Select(static weight => weight.Threshold));
        model.ClearMasks();
    }

    [Fact]
    public void A_rule_in_the_options_replaces_all_but_KeepDense()
    {
        var kept = Constant(1);
        using var model = new Annotated(
            Half, (self, _) => self.Site("kept", () => PrunableWeight.Of(kept), SparsityRule.KeepDense), ("kept", kept), ("free", Constant(1)));
        var result = Pruner.Run(model, new() { Rule = SparsityRule.SemiStructured(1, 4) });

        Assert.Equal([0, 12], result.Weights.Select(static weight => weight.Pruned));
        Assert.Equal(["dense", "1:4"], result.Weights.Select(static weight => weight.Rule.ToString()));
        model.ClearMasks();
    }

    [Fact]
    public void A_global_rule_in_the_options_compares_everything()
    {
        using var model = new Annotated(null, ("first", new Annotated(Half, ("a", Constant(1)))), ("second", new Annotated(Half, ("a", Constant(10)))));
        var result = Pruner.Run(model, new() { Rule = SparsityRule.Unstructured(0.5, scope: Scope.Global) });
        Assert.Equal([16, 0], result.Weights.Select(static weight => weight.Pruned));
        model.ClearMasks();
    }

    [Fact]
    public void A_second_run_keeps_what_is_pruned()
    {
        var layer = Linear(16, 16, hasBias: false);
        using var model = new Annotated(Half, ("layer", layer));
        Pruner.Run(model);
        var first = model.Compression.AllSites[0].Mask.Pruned.Places();

        var more = Pruner.Run(model, new() { Rule = SparsityRule.Unstructured(0.75) });
        var second = model.Compression.AllSites[0].Mask.Pruned.Places();
        Assert.Equal((192, 128), (more.Pruned, more.AlreadyPruned));
        Assert.Empty(first.Except(second));

        var less = Pruner.Run(model, new() { Rule = SparsityRule.Unstructured(0.25) });
        Assert.Equal((192, 192, null), (less.Pruned, less.AlreadyPruned, less.Weights[0].Threshold));
        Assert.Equal(second, model.Compression.AllSites[0].Mask.Pruned.Places());
        model.ClearMasks();
    }

    [Fact]
    public void Zeros_that_were_pruned_go_before_zeros_that_were_not()
    {
        var layer = Linear(4, 1, hasBias: false);
        Weights.Fill(layer.weight, 0, 3, 1, 2);
        using var model = new Annotated(SparsityRule.Unstructured(0.25), ("layer", layer));
        model.Compression.AllSites[0].Mask.Set(tensor(new[] { false, false, true, false }).reshape(1, 4));
        Pruner.Run(model);
        Assert.Equal([2], model.Compression.AllSites[0].Mask.Pruned.Places());
        model.ClearMasks();
    }

    [Fact]
    public void An_impossible_pattern_is_explained_before_anything_is_changed()
    {
        var (good, bad) = (Linear(8, 4), Linear(770, 4));
        using var model = new Annotated(SparsityRule.SemiStructured(2, 4), ("good", good), ("bad", Sequential(bad)));
        var error = Assert.Throws<InvalidOperationException>(() => Pruner.Run(model));

        Assert.Contains("'bad.0.weight' [4, 770] has 770 inputs", error.Message);
        Assert.Contains("768 or 772", error.Message);
        Assert.Contains("CDSL2003", error.Message);
        Assert.Equal(32, good.weight.NonZeros());
        Assert.All(model.Compression.AllSites, static site => Assert.True(site.Mask.IsDense));
    }

    [Fact]
    public void NaN_is_an_error_that_names_the_weight_and_nothing_is_changed()
    {
        var (good, bad) = (Constant(1), Constant(float.NaN));
        using var model = new Annotated(Half, ("good", good), ("bad", bad));
        Assert.Contains("'bad.weight' holds NaN", Assert.Throws<InvalidOperationException>(() => Pruner.Run(model)).Message);
        Assert.Equal(16, good.weight.NonZeros());
    }

    [Fact]
    public void A_weight_in_compact_storage_is_an_error()
    {
        var layer = new SparseLinear(4, 4, kernel: SparseKernel.Csr);
        using var model = new Annotated(Half, ("layer", layer));
        layer.Compact();
        Assert.Contains("Densify", Assert.Throws<InvalidOperationException>(() => Pruner.Run(model)).Message);
    }

    [Fact]
    public void A_model_without_attributes_is_an_error() =>
        Assert.Contains("Plain", Assert.Throws<InvalidOperationException>(() => Pruner.Run(new Plain(Linear(4, 4)))).Message);

    [Fact]
    public void Attributes_that_reach_no_weight_are_an_error() =>
        Assert.Contains("RegisterComponents", Assert.Throws<InvalidOperationException>(() => Pruner.Run(new Annotated(Half, ("act", ReLU())))).Message);

    [Fact]
    public void A_plain_model_around_annotated_ones_is_pruned()
    {
        using var model = new Plain(new Annotated(Half, ("layer", Constant(1))));
        Assert.Equal("inner.layer.weight", Pruner.Run(model).Weights.Single().Path);
        model.ClearMasks();
    }

    [Fact]
    public void Cancellation_leaves_the_model_as_it_was()
    {
        using var model = new Annotated(Half, ("a", Constant(1)), ("b", Constant(1)), ("c", Constant(1)));
        using var cancellation = new CancellationTokenSource();
        var seen = new List<PruneProgress>();
        var progress = new Callback<PruneProgress>(step =>
        {
            seen.Add(step);
            if (step.Done == 2)
            {
                cancellation.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(() => Pruner.Run(model, null, progress, cancellation.Token));
        Assert.Equal([new(1, 3, "a.weight"), new(2, 3, "b.weight")], seen);
        Assert.All(model.Compression.AllSites, static site => Assert.True(site.Mask.IsDense && site.Weight.NonZeros() == 16));
    }

    [Fact]
    public void Pruning_leaves_no_tensor_of_its_own_but_the_masks()
    {
        using var model = new Annotated(Half, ("a", Linear(64, 64)), ("b", Conv2d(4, 4, 3)));
        Pruner.Run(model);
        var masks = scope.DisposablesCount;
        Pruner.Run(model, new() { Rule = SparsityRule.Unstructured(0.9, scope: Scope.PerRow) });
        Pruner.Run(model, new() { Rule = SparsityRule.SemiStructured(1, 4) });
        Assert.Equal(masks, scope.DisposablesCount);
        model.ClearMasks();
    }

    [Fact]
    public void The_report_says_what_was_done()
    {
        var layer = Linear(4, 4);
        using var model = new Annotated(Half, ("layer", layer), ("head", new Annotated(SparsityRule.KeepDense, ("out", Linear(4, 2)))));
        var report = model.Prune();

        Assert.Equal((8, 16, 30), (report.Pruned, report.Total, report.Parameters));
        Assert.Matches(@"layer\.weight +4 x 4 +50% per layer +8 +16 +50\.0%", report.ToString());
        Assert.Matches(@"head\.out\.weight +2 x 4 +dense +0 +8 +0\.0%", report.ToString());
        Assert.DoesNotContain("before", report.ToString());
        Assert.Contains("8 were pruned before", model.Prune().ToString());

        using var json = JsonDocument.Parse(report.ToJson());
        var first = json.RootElement.GetProperty("weights")[0];
        Assert.Equal(("layer.weight", 8), (first.GetProperty("path").GetString(), first.GetProperty("pruned").GetInt64()));
        Assert.Equal(0.5, first.GetProperty("rule").GetProperty("sparsity").GetDouble());
        model.ClearMasks();
    }

    [Fact]
    public void Rules_refuse_what_makes_no_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityRule.Unstructured(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityRule.Unstructured(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityRule.Unstructured(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityRule.SemiStructured(4, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityRule.SemiStructured(4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityRule.SemiStructured(0, 4));
    }

    /// <summary>A 4 x 4 layer without bias whose weights are all the same.</summary>
    private static Linear Constant(float value)
    {
        var layer = Linear(4, 4, hasBias: false);
        Weights.Fill(layer.weight, [.. Enumerable.Repeat(value, 16)]);
        return layer;
    }

    private sealed class Callback<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
