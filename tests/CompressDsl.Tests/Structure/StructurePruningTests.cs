using CompressDsl.Tests.Pruning;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Masks of heads, channels and hidden channels: chosen, held through training, added to, taken back.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class StructurePruningTests : IDisposable
{
    private static readonly PruneOptions Structure = new() { Targets = PruneTargets.Structure };

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly GoldenTransformer model;
    private readonly Tensor input;

    public StructurePruningTests()
    {
        manual_seed(3);
        model = new GoldenTransformer(width: 16, heads: 4, kvHeads: 2, inner: 24, outputs: 5);
        input = randn(2, 6, 16);
    }

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Attributes_are_followed_and_the_report_says_what_went()
    {
        var report = model.Prune();

        Assert.Equal(
            [("gate", 24, 12), ("inp", 16, 8), ("attn", 4, 2)], report.Structures.Select(static structure => (structure.Path, structure.Count, structure.Removed)));
        Assert.Contains("attn       [PruneHeads(0.5)]          2   4     2", report.ToString());
        Assert.Equal(2, model.Compression.attn.Heads.Groups[0].Removed.Count);
        Assert.Empty(model.Compression.Hidden.Obstacles);
    }

    [Theory]
    [InlineData(StructureKind.Heads)]
    [InlineData(StructureKind.Channels)]
    [InlineData(StructureKind.Hidden)]
    public void One_kind_can_be_tried_at_another_size_and_the_others_stay(StructureKind kind)
    {
        var rule = kind switch
        {
            StructureKind.Heads => StructureRule.Heads(keep: 2),
            StructureKind.Channels => StructureRule.Channels(0.25, roundTo: 6),
            _ => StructureRule.Hidden(0.25),
        };

        var report = model.Prune(Structure with { Structure = [rule] });

        var structure = Assert.Single(report.Structures);
        Assert.Equal(kind, structure.Rule.Kind);
        Assert.Equal(rule.Keep ?? structure.Count * 3 / 4, structure.Kept);
    }

    [Fact]
    public void Two_rules_for_one_kind_are_refused() => Assert.Contains(
        "several rules for Heads", Assert.Throws<ArgumentException>(() => model.Prune(Structure with { Structure = [StructureRule.Heads(0.5), StructureRule.Heads(keep: 2)] })).Message);

    [Fact]
    public void Share_by_share_what_is_masked_stays_and_more_comes()
    {
        using var optimizer = optim.AdamW(model.parameters(), weight_decay: 0.1).KeepMasks(model);
        var group = model.Compression.up.Groups[0];
        HashSet<int> before = [];
        foreach (var (share, count) in ((double, int)[])[(0.25, 3), (0.5, 6), (0.75, 9), (1, 12)])
        {
            model.Prune(Structure with { StructureShare = share });
            Assert.Equal(count, group.Removed.Count);
            Assert.Superset(before, group.Removed.ToHashSet());
            before = [.. group.Removed];
            Train(optimizer, steps: 5);
            AssertMasked();
        }

        var masked = Evaluate();
        model.Shrink();
        AssertClose(masked, Evaluate());
        Assert.Equal([12, 8], model.state_dict()["up.weight"].shape);
    }

    [Fact]
    public void After_a_shrink_it_can_be_pruned_again()
    {
        model.Prune(Structure);
        model.Shrink();
        using (var optimizer = optim.SGD(model.parameters(), 0.01))
        {
            Train(optimizer, steps: 3);
        }

        var report = model.Prune(Structure with { Structure = [StructureRule.Channels(0.5), StructureRule.Hidden(0.25)] });
        var masked = Evaluate();
        model.Shrink();

        Assert.Equal([(12, 6), (8, 2)], report.Structures.Select(static structure => (structure.Count, structure.Removed)).OrderByDescending(static row => row.Count));
        AssertClose(masked, Evaluate());
        Assert.Equal([6, 6], model.state_dict()["up.weight"].shape);
    }

    [Fact]
    public void A_thousand_steps_hold_the_masks_and_leave_no_tensor_behind()
    {
        using var optimizer = optim.AdamW(model.parameters(), weight_decay: 0.1).KeepMasks(model);
        model.Prune(Structure);
        Train(optimizer, steps: 10);
        var before = Alive();
        Train(optimizer, steps: 1000);

        Assert.Equal(before, Alive());
        AssertMasked();
    }

    [Fact]
    public void Pruning_and_shrinking_leave_no_tensor_behind()
    {
        // TorchSharp counts a parameter twice when it is made, and once when it is disposed.
        var made = Alive();
        new TorchSharp.Modules.Parameter(zeros(1)).Dispose();
        made = Alive() - made;
        Cycle();
        var before = Alive();

        var parameters = Cycle();

        Assert.Equal(made * parameters, Alive() - before);

        static int Cycle()
        {
            using var inner = NewDisposeScope();
            using var model = new GoldenTransformer(16, 4, 2, 24, 5);
            var batch = randn(2, 6, 16);
            foreach (var criterion in (Criterion[])[Criterion.Taylor, Criterion.Fisher, Criterion.Activation, Criterion.Contribution, Criterion.Random])
            {
                model.Prune(Structure with
                {
                    Structure = [StructureRule.Channels(0.25, criterion: criterion)],
                    Calibration = Calibration.Of([batch], model.call, batch => model.call(batch).square().mean()),
                });
            }

            model.Prune(Structure with
            {
                Structure = [StructureRule.Heads(0.5, criterion: Criterion.Gate)],
                Calibration = Calibration.Of([batch], model.call, batch => model.call(batch).square().mean()),
            });
            var shapes = model.named_parameters().ToDictionary(static named => named.name, static named => named.parameter.shape);
            model.Shrink();
            return shapes.Count + model.named_parameters().Count(named => !named.parameter.shape.SequenceEqual(shapes[named.name]));
        }
    }

    [Fact]
    public void Units_can_be_named_by_hand_and_taken_back()
    {
        var (site, dense) = (model.Compression.up, Evaluate());
        var group = site.Groups[0];
        var weights = model.state_dict().ToDictionary(static named => named.Key, static named => named.Value.clone());

        site.Remove(group, [1, 3]);
        Assert.Equal([1, 3], group.Removed);
        Assert.Equal(0, model.state_dict()["down.weight"].index_select(1, tensor(new long[] { 1, 3 })).abs().sum().item<float>());

        site.Remove(group, []);
        model.load_state_dict(weights);
        AssertClose(dense, Evaluate());
        Assert.Contains("none of them", Assert.Throws<ArgumentException>(() => site.Remove(group, [24])).Message);
        Assert.Contains("at least one must stay", Assert.Throws<ArgumentException>(() => site.Remove(group, Enumerable.Range(0, 24))).Message);
        Assert.Contains("is no group of", Assert.Throws<ArgumentException>(() => site.Remove(model.Compression.Hidden.Groups[0], [1])).Message);
        Assert.Contains(
            "2 parts of", Assert.Throws<ArgumentException>(() => model.Compression.attn.Heads.Remove(model.Compression.attn.Heads.Groups[0], [0])).Message);
    }

    [Fact]
    public void Cancelled_in_the_middle_nothing_is_masked()
    {
        using var cancellation = new CancellationTokenSource();
        var options = Structure with
        {
            Structure = [StructureRule.Channels(0.5), StructureRule.Heads(0.5, criterion: Criterion.Activation), StructureRule.Hidden(0.5)],
            Calibration = Calibration.Of([input, input], model.call),
        };
        var before = Evaluate();

        Assert.Throws<OperationCanceledException>(() => model.Prune(options, new Told(_ => cancellation.Cancel()), cancellation.Token));

        Assert.All([.. model.Compression.Hidden.Groups, .. model.Compression.up.Groups, .. model.Compression.attn.Heads.Groups], static group => Assert.Empty(group.Removed));
        Assert.True(before.Equals(Evaluate()));
    }

    [Fact]
    public void A_keep_that_does_not_fit_is_an_error_and_nothing_is_masked()
    {
        var before = Evaluate();

        var error = Assert.ThrowsAny<Exception>(() => model.Prune(Structure with { Structure = [StructureRule.Channels(0.5), StructureRule.Heads(keep: 3)] }));

        Assert.Contains("not a multiple of 2", error.Message);
        Assert.All([.. model.Compression.up.Groups, .. model.Compression.attn.Heads.Groups], static group => Assert.Empty(group.Removed));
        Assert.True(before.Equals(Evaluate()));
    }

    [Fact]
    public void Criteria_without_their_data_say_which()
    {
        Assert.Contains("give a Calibration", Error(StructureRule.Channels(0.5, criterion: Criterion.Activation)));
        Assert.Contains("give Calibration.Of a loss", Error(StructureRule.Heads(0.5, criterion: Criterion.Gate), Calibration.Of([input], model.call)));

        string Error(StructureRule rule, Calibration? calibration = null)
            => Assert.Throws<InvalidOperationException>(() => model.Prune(Structure with { Structure = [rule], Calibration = calibration })).Message;
    }

    [Fact]
    public void Gate_is_the_change_of_the_loss_with_a_factor_on_each_head()
    {
        var heads = model.Compression.attn.Heads.Groups[0];
        var calibration = Calibration.Of([input], model.call, batch => model.call(batch).square().mean());
        model.eval();

        var scores = GroupScorer.Score(model, [heads], Criterion.Gate, new() { Calibration = calibration, Scoring = new() { Normalizer = GroupNormalizer.None } })[0];

        // A factor on what a head puts out is one on the columns of the layer that mixes the heads.
        using var gradientsOff = no_grad();
        var weight = model.get_parameter("attn.o.weight")!;
        var slice = heads.Slices.Single(slice => slice.Owner.get_parameter("weight") is { } held && ReferenceEquals(held, weight) && slice.Role == SliceRole.Input);
        for (var head = 0; head < heads.Count; head++)
        {
            var columns = tensor(slice.Units.Select((unit, index) => (unit, index)).Where(pair => pair.unit == head).Select(static pair => (long)pair.index).ToArray());
            var expected = Math.Abs(Loss(1.01f) - Loss(0.99f)) / 0.02;
            Assert.Equal(expected, scores[head], 4);

            double Loss(float factor)
            {
                var old = weight.clone();
                weight.index_copy_(1, columns, old.index_select(1, columns) * factor);
                var loss = model.call(input).square().mean().item<float>();
                weight.copy_(old);
                return loss;
            }
        }
    }

    [Fact]
    public void Masks_of_single_weights_are_sliced_along()
    {
        var mask = WeightMask.Of(PrunableWeight.Of((TorchSharp.Modules.Linear)model.named_modules().Single(static named => named.name == "up").module));
        var chosen = rand(24, 16) < 0.3;
        mask.Set(chosen);
        model.Prune(Structure with { Structure = [StructureRule.Channels(0.5)] });
        var kept = model.Compression.up.Groups[0].Kept.Select(static unit => (long)unit).ToArray();

        model.Shrink();

        Assert.True(mask.Pruned.Equals(chosen.index_select(0, tensor(kept))));
        Assert.True(model.get_parameter("up.weight")!.masked_select(mask.Pruned).eq(0).all().item<bool>());
    }

    private void Train(optim.Optimizer optimizer, int steps)
    {
        model.train();
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            model.call(input).square().mean().backward();
            optimizer.step();
        }
    }

    private static long Alive()
    {
        // What other tests have left to the garbage collector does not count.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private Tensor Evaluate()
    {
        using var gradientsOff = no_grad();
        model.eval();
        return model.call(input);
    }

    private void AssertMasked()
    {
        foreach (var group in (ChannelGroup[])[.. model.Compression.Hidden.Groups, .. model.Compression.up.Groups, .. model.Compression.attn.Heads.Groups])
        {
            var gone = group.Removed.ToHashSet();
            Assert.All(group.Slices, slice =>
            {
                var indices = slice.Units.Select((unit, index) => (unit, index)).Where(pair => gone.Contains(pair.unit)).Select(static pair => (long)pair.index).ToArray();
                Assert.Equal(0, slice.Owner.get_parameter(slice.Parameter)!.index_select(slice.Dim, tensor(indices)).abs().sum().item<float>());
            });
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual) => Assert.True((expected - actual).abs().max().item<float>() <= 1e-5f);
}
