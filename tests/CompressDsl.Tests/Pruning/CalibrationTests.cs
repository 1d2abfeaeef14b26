using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>Block by block: whose inputs are seen, in which order, and what stops it. Tensors are counted: nothing else runs meanwhile.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class CalibrationTests : IDisposable
{
    private static readonly SparsityRule HalfByWanda = SparsityRule.Unstructured(0.5, Criterion.Wanda);

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Blocks_see_what_the_pruned_blocks_before_them_give()
    {
        var batches = Batches(4);
        using var model = new BlockStack(HalfByWanda);
        using var expected = new BlockStack(HalfByWanda);
        Pruner.Run(model, Options(model, batches));

        // The slow obvious way: before each weight group the whole model runs again.
        PruneByHand(expected, batches, expected.inlet);
        foreach (var block in expected.blocks)
        {
            PruneByHand(expected, batches, block.up, block.down);
        }

        PruneByHand(expected, batches, expected.head);
        AssertEqualWeights(expected, model);
    }

    [Fact]
    public void Without_block_by_block_every_layer_sees_the_dense_model()
    {
        var batches = Batches(4);
        using var model = new BlockStack(HalfByWanda);
        using var expected = new BlockStack(HalfByWanda);
        Pruner.Run(model, Options(model, batches) with { BlockByBlock = false });

        PruneByHand(expected, batches, [expected.inlet, .. expected.blocks.SelectMany(static block => (TorchSharp.Modules.Linear[])[block.up, block.down]), expected.head]);
        AssertEqualWeights(expected, model);
    }

    [Theory]
    [InlineData(Criterion.Wanda)]
    [InlineData(Criterion.SparseGpt)]
    [InlineData(Criterion.Alps)]
    public void Activations_on_disk_change_nothing(Criterion criterion)
    {
        var batches = Batches(3);
        var folder = Directory.CreateTempSubdirectory("spill").FullName;
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, criterion));
        using var spilled = new BlockStack(SparsityRule.Unstructured(0.5, criterion));
        Pruner.Run(model, Options(model, batches));
        Pruner.Run(spilled, Options(spilled, batches) with { SpillFolder = folder });

        AssertEqualWeights(model, spilled);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Theory]
    [InlineData(Criterion.Wanda)]
    [InlineData(Criterion.SparseGpt)]
    [InlineData(Criterion.Alps)]
    [InlineData(Criterion.Taylor)]
    [InlineData(Criterion.Fisher)]
    [InlineData(Criterion.Random)]
    public void A_run_that_is_stopped_anywhere_and_started_again_ends_bit_equal(Criterion criterion)
    {
        var batches = Batches(2);
        var rule = SparsityRule.Unstructured(0.5, criterion);
        using var expected = new BlockStack(rule);
        var reports = 0;
        var full = Pruner.Run(expected, Options(expected, batches) with { MeasureErrors = true }, new Told(_ => reports++));
        Assert.True(reports > 10);

        for (var stopAt = 1; stopAt <= reports; stopAt += 3)
        {
            var journal = new MemoryJournal();
            var (seen, stop) = (0, stopAt);
            while (true)
            {
                using var model = new BlockStack(rule);
                using var cancellation = new CancellationTokenSource();
                var options = Options(model, batches) with { MeasureErrors = true, Journal = journal };
                try
                {
                    var result = Pruner.Run(model, options, new Told(_ => CancelAt(++seen == stop)), cancellation.Token);
                    AssertEqualWeights(expected, model);
                    Assert.Equal(full.Weights.Select(static weight => weight.Error), result.Weights.Select(static weight => weight.Error));
                    Assert.Equal(full.Pruned, result.Pruned);
                    break;
                }
                catch (OperationCanceledException)
                {
                    Assert.True(seen >= stop);
                }

                void CancelAt(bool now)
                {
                    if (now)
                    {
                        cancellation.Cancel();
                    }
                }
            }
        }
    }

    [Fact]
    public void A_journal_of_another_run_is_refused()
    {
        var batches = Batches(2);
        var journal = new MemoryJournal();
        using var model = new BlockStack(HalfByWanda);
        Pruner.Run(model, Options(model, batches) with { Journal = journal });

        using var other = new BlockStack(HalfByWanda, seed: 2);
        Assert.Throws<InvalidOperationException>(() => Pruner.Run(other, Options(other, batches) with { Journal = journal }));
    }

    [Fact]
    public void Blocks_that_are_no_chain_are_named()
    {
        using var model = new BlockStack(HalfByWanda) { Between = static x => x * 2 };
        var error = Assert.Throws<InvalidOperationException>(() => Pruner.Run(model, Options(model, Batches(1))));
        Assert.Contains("'blocks.1', its first tensor is not what the block before gave", error.Message);
        Assert.Contains("BlockByBlock", error.Message);
        Assert.All(model.Compression.AllSites, static site => Assert.True(site.Mask.IsDense));
    }

    [Fact]
    public void Errors_are_measured_for_every_criterion_that_is_asked_to()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5));
        var result = Pruner.Run(model, Options(model, Batches(3)) with { MeasureErrors = true });
        Assert.All(result.Weights, static weight => Assert.InRange(weight.Error!.Value, 1e-6, 1));
    }

    [Fact]
    public void SparseGpt_loses_less_than_Wanda_and_Alps_less_than_SparseGpt()
    {
        var errors = ((Criterion[])[Criterion.Wanda, Criterion.SparseGpt, Criterion.Alps]).Select(criterion =>
        {
            using var model = new BlockStack(SparsityRule.Unstructured(0.7, criterion, Scope.PerLayer), depth: 1);
            return Pruner.Run(model, Options(model, Batches(16)) with { MeasureErrors = true }).Weights[0].Error!.Value;
        }).ToArray();
        Assert.True(errors[0] > errors[1] && errors[1] > errors[2], string.Join(", ", errors));
    }

    [Fact]
    public void Dead_inputs_and_their_weights_are_counted()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.SparseGpt), depth: 1);
        var batches = Batches(3);
        Array.ForEach(batches, static batch => batch.narrow(2, 4, 1).zero_());
        var result = Pruner.Run(model, Options(model, batches));
        Assert.Equal((0.01, 1L), (result.Weights[0].Damping, result.Weights[0].DeadColumns));
        Assert.Equal(0, model.inlet.weight.narrow(1, 4, 1).NonZeros());
    }

    [Fact]
    public void Calibration_data_with_NaN_is_named_as_the_cause()
    {
        using var model = new BlockStack(HalfByWanda);
        var batches = Batches(2);
        batches[1].fill_(float.NaN);
        var error = Assert.Throws<InvalidOperationException>(() => Pruner.Run(model, Options(model, batches)));
        Assert.Contains("The inputs of the layer of 'inlet.weight' hold NaN or infinity", error.Message);

        batches[0].fill_(float.NaN);
        error = Assert.Throws<InvalidOperationException>(() => Pruner.Run(model, Options(model, batches)));
        Assert.Contains("gives NaN on the first calibration batch", error.Message);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_explained()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.Taylor));
        var options = new PruneOptions { Calibration = Calibration.Of(Batches(1), batch => model.call(batch), batch => model.call(batch)) };
        Assert.Contains("must be one number; that of batch 0 is [2, 9, 5]", Assert.Throws<InvalidOperationException>(() => Pruner.Run(model, options)).Message);
    }

    [Fact]
    public void The_model_is_in_eval_mode_meanwhile_and_then_as_it_was()
    {
        using var model = new BlockStack(HalfByWanda);
        model.train();
        var modes = new List<bool>();
        Pruner.Run(model, new() { Calibration = Calibration.Of(Batches(1), batch => Seen(batch)) });
        Assert.DoesNotContain(true, modes);
        Assert.True(model.training);

        Tensor Seen(Tensor batch)
        {
            modes.Add(model.training);
            return model.call(batch);
        }
    }

    [Fact]
    public void Criteria_without_their_data_are_explained()
    {
        using var wanda = new BlockStack(HalfByWanda);
        Assert.Contains("PruneOptions.Calibration", Assert.Throws<InvalidOperationException>(() => Pruner.Run(wanda)).Message);

        using var taylor = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.Taylor));
        var noLoss = new PruneOptions { Calibration = Calibration.Of(Batches(1), batch => taylor.call(batch)) };
        Assert.Contains("loss", Assert.Throws<InvalidOperationException>(() => Pruner.Run(taylor, noLoss)).Message);

        using var movement = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.Movement));
        Assert.Contains("PruneGradually", Assert.Throws<InvalidOperationException>(() => Pruner.Run(movement)).Message);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var model = new BlockStack(SparsityRule.Unstructured(0.5, Criterion.SparseGpt));
        var options = Options(model, Batches(3));
        Pruner.Run(model, options);

        // What other tests have left to the finalizer must not go meanwhile.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = LivingTensors.Count();
        for (var i = 0; i < 5; i++)
        {
            Pruner.Run(model, options);
        }

        Assert.Equal(before, Tensor.TotalCount);
        model.ClearMasks();
    }

    internal static PruneOptions Options(BlockStack model, IReadOnlyList<Tensor> batches) => new()
    {
        Calibration = Calibration.Of(batches, batch => model.call(batch), batch => model.call(batch).square().mean()),
    };

    internal static Tensor[] Batches(int count)
    {
        using var generator = new Generator(7);
        return [.. Enumerable.Range(0, count).Select(_ => randn(2, 9, 6, generator: generator))];
    }

    private static void AssertEqualWeights(nn.Module expected, nn.Module actual)
    {
        foreach (var ((name, one), (_, other)) in expected.named_parameters().Zip(actual.named_parameters()))
        {
            Assert.True(one.bytes.SequenceEqual(other.bytes), name);
        }
    }

    private static void PruneByHand(BlockStack model, Tensor[] batches, params TorchSharp.Modules.Linear[] layers)
    {
        using var gradientsOff = no_grad();
        var inputs = layers.ToDictionary(static layer => layer, static _ => new List<Tensor>());
        var hooks = layers.Select(layer => layer.register_forward_pre_hook((_, x) =>
        {
            inputs[layer].Add(x.detach().clone().DetachFromDisposeScope());
            return x;
        })).ToArray();
        foreach (var batch in batches)
        {
            model.call(batch);
        }

        foreach (var hook in hooks)
        {
            hook.remove();
        }

        foreach (var layer in layers)
        {
            var rows = cat([.. inputs[layer].Select(static x => x.reshape(-1, x.shape[^1]))]);
            var scores = layer.weight.detach().abs() * rows.square().sum(dim: 0).sqrt();
            var order = scores.argsort(dim: 1).narrow(1, 0, scores.shape[1] / 2);
            layer.weight.scatter_(1, order, zeros_like(order, dtype: ScalarType.Float32));
        }
    }
}

/// <summary>Tells at once, on the same thread.</summary>
internal sealed class Told(Action<PruneProgress> tell) : IProgress<PruneProgress>
{
    public void Report(PruneProgress value) => tell(value);
}

/// <summary>A journal in memory.</summary>
internal sealed class MemoryJournal : IPruneJournal
{
    private readonly List<(Dictionary<string, Tensor> Tensors, string Text)> stages = [];
    private string? owner;

    public int Open(string fingerprint)
    {
        owner ??= fingerprint;
        return owner == fingerprint ? stages.Count : throw new InvalidOperationException("Another run has written here.");
    }

    public (IReadOnlyDictionary<string, Tensor> Tensors, string Text) Read(int stage) => stages[stage];

    public void Write(int stage, IReadOnlyDictionary<string, Tensor> tensors, string text)
    {
        Assert.Equal(stages.Count, stage);
        stages.Add((tensors.ToDictionary(static pair => pair.Key, static pair => pair.Value.clone().DetachFromDisposeScope()), text));
    }
}
