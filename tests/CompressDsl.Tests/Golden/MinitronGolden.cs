using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>NVIDIA/Model-Optimizer: Minitron's scores of channels, heads, hidden channels and layers, and those of its hooks.</summary>
/// <remarks>What layers were given in the original model is fed to layers that stand alone.</remarks>
internal static class MinitronGolden
{
    private static readonly Dictionary<string, Action<GoldenCase>> Checks = new()
    {
        ["_register_mlp_importance"] = CheckChannels,
        ["NumAttentionHeadsHp.active_slice"] = CheckHeads,
        ["_register_hidden_size_importance"] = CheckHidden,
        ["_register_depth_cosine_importance"] = CheckDepth,
        ["IndependentChannelContributionHook"] = CheckIndependent,
        ["IterativeChannelContributionHook"] = CheckIterative,
        ["IndependentKvHeadContributionHook"] = CheckKeyValueHeads,
        ["LayerNormContributionHook"] = CheckNorm,
    };

    private static readonly GroupScoring PerSequence = new() { Reduction = GroupReduction.Sum, Normalizer = GroupNormalizer.None };

    private static readonly GroupScoring PerBatch = PerSequence with { ActivationMean = ActivationMean.PerBatch };

    public static void Check(GoldenCase golden) => Checks[golden.Function](golden);

    private static void CheckChannels(GoldenCase golden)
    {
        var scores = ScoreReader(golden, channelsPerUnit: 1, Criterion.Activation, PerSequence, SequenceFirst(golden));
        golden.AssertClose("score", tensor(scores), 0, golden.Tolerance("score_rel"));
        golden.AssertEqual("order_desc", tensor(Descending(scores)));
    }

    private static void CheckHeads(GoldenCase golden)
    {
        var (heads, parts, size) = ((int)golden.Parameter("num_heads"), (int)golden.Parameter("num_query_groups"), (int)golden.Parameter("head_dim"));
        var batches = SequenceFirst(golden);
        var scores = ScoreReader(golden, size, Criterion.Activation, PerSequence, batches);
        golden.AssertClose("channel_score", tensor(ScoreReader(golden, 1, Criterion.Activation, PerSequence, batches)), 0, golden.Tolerance("score_rel"));
        golden.AssertClose("head_score", tensor(scores), 0, golden.Tolerance("score_rel"));

        var first = Enumerable.Range(0, parts).Select(part => part * heads / parts).ToArray();
        golden.AssertEqual("ranking", tensor(first.SelectMany(start => Descending(scores[start..(start + (heads / parts))]).Select(head => start + head)).ToArray()));

        var group = new ChannelGroup("heads", heads, [], parts);
        GroupSelection.Choose([group], [scores], new GroupSelectionAmount(0, Keep: (int)golden.Parameter("keep_heads")));
        Assert.Equal(golden.Output("kept_heads").data<long>().Order(), group.Kept.Select(static head => (long)head));
    }

    private static void CheckHidden(GoldenCase golden)
    {
        var norms = golden.Inputs.Where(static role => role.EndsWith(".batch0", StringComparison.Ordinal)).Select(static role => role[..^"batch0".Length]).ToArray();
        var scores = ScoreNorms(norms.Select(norm => SequenceFirst(golden, norm)).ToArray(), PerSequence);
        golden.AssertClose("score", tensor(scores), 0, golden.Tolerance("score_rel"));
        golden.AssertEqual("order_desc", tensor(Descending(scores)));
    }

    private static void CheckDepth(GoldenCase golden)
    {
        var count = (int)golden.Parameter("num_layers");
        var outputs = Enumerable.Range(0, count).Select(layer => SequenceFirst(golden, $"l{layer}.layer_out.")).ToArray();
        var inputs = SequenceFirst(golden, "l0.layer_in.");
        using var model = new Replay(outputs);
        var blocks = model.children().ToArray();
        var options = new StructureOptions { Calibration = Calibration.Of(Enumerable.Range(0, inputs.Length).ToArray(), batch => model.Run(batch, inputs[batch])) };
        var scores = BlockScorer.Score(model, blocks, new bool[count], options).Select(static block => block.Score).ToArray();

        // Ours is the mean over the batches.
        golden.AssertClose("score", tensor(scores) * inputs.Length, golden.Tolerance("score_abs"), 0);
        golden.AssertEqual("order_desc", tensor(Descending(scores)));
        var group = new ChannelGroup("layers", count, []);
        GroupSelection.Choose([group], [scores], new GroupSelectionAmount(0, Keep: (int)golden.Parameter("keep_layers")));
        golden.AssertEqual("dropped", tensor(group.Removed.Select(static layer => (long)layer).ToArray()));
    }

    private static void CheckIndependent(GoldenCase golden)
    {
        var rel = golden.Tolerance("rel");
        golden.AssertClose("score", tensor(ScoreReader(golden, 1, Criterion.Contribution, PerBatch, Batches(golden))), 0, rel);
        golden.AssertClose("agg_channel_activations", tensor(ScoreReader(golden, 1, Criterion.Activation, PerBatch, Batches(golden))), 0, rel);
        golden.AssertClose("weight_norm", tensor(ScoreReader(golden, 1, Criterion.Magnitude, PerBatch, Batches(golden))).sqrt(), 0, rel);
    }

    private static void CheckIterative(GoldenCase golden)
    {
        var batches = golden.Integers("batch_order").Select(batch => golden.Input($"batch{batch}")).ToArray();
        Assert.Equal((int)golden.Parameter("validation_full_iters"), batches.Length);
        var scoring = PerBatch with
        {
            Contribution = golden.Text("calibration_method") switch
            {
                null => ContributionKind.Iterative,
                "scale_by_magnitude" => ContributionKind.IterativeScaled,
                var method => throw new InvalidOperationException($"Nobody knows the calibration method '{method}'."),
            },
        };
        var scores = ScoreReader(golden, 1, Criterion.Contribution, scoring, batches);
        AssertPlaces(golden, "score", [.. scores.Select(static place => (long)place)]);
        AssertPlaces(golden, "channels_importance_ascending", Ascending(scores));
    }

    // The tolerance of these cases: near ties may change places, 1 in 100.
    private static void AssertPlaces(GoldenCase golden, string role, long[] places)
    {
        var odd = golden.Output(role).data<long>().Zip(places).Count(static pair => pair.First != pair.Second);
        Assert.True(odd <= places.Length / 100, $"{role}: {odd} of {places.Length} differ.");
    }

    private static void CheckKeyValueHeads(GoldenCase golden)
    {
        var (heads, kvHeads, size) = ((int)golden.Parameter("num_heads"), (int)golden.Parameter("num_kv_heads"), (int)golden.Parameter("head_dim"));
        golden.AssertClose("score", tensor(ScoreReader(golden, heads / kvHeads * size, Criterion.Contribution, PerBatch, Batches(golden))), 0, golden.Tolerance("rel"));
    }

    private static void CheckNorm(GoldenCase golden)
    {
        var scores = ScoreNorms([Batches(golden)], PerBatch);
        golden.AssertClose("score", tensor(scores), 0, golden.Tolerance("rel"));
        golden.AssertEqual("channels_importance_ascending", tensor(Ascending(scores)));
    }

    /// <summary>The scores of the units of a linear layer's inputs.</summary>
    private static float[] ScoreReader(GoldenCase golden, int channelsPerUnit, Criterion criterion, GroupScoring scoring, Tensor[] batches)
    {
        var channels = batches[0].shape[^1];
        using var layer = nn.Linear(channels, golden.OptionalInput("W")?.shape[0] ?? golden.OptionalInput("W_o")?.shape[0] ?? 1, hasBias: false);
        if ((golden.OptionalInput("W") ?? golden.OptionalInput("W_o")) is { } weight)
        {
            using var gradientsOff = no_grad();
            layer.weight.copy_(weight);
        }

        var units = Enumerable.Range(0, (int)channels).Select(channel => channel / channelsPerUnit).ToArray();
        var group = new ChannelGroup("units", (int)channels / channelsPerUnit, [new(layer, "weight", 1, SliceRole.Input, units)]);
        return GroupScorer.Score(layer, [group], criterion, new() { Scoring = scoring, Calibration = Calibration.Of(batches, layer.call) })[0];
    }

    /// <summary>The scores of channels that several normalisations put out.</summary>
    /// <param name="outputs">For every normalisation what it gives, batch by batch.</param>
    /// <param name="scoring">How they are computed.</param>
    private static float[] ScoreNorms(Tensor[][] outputs, GroupScoring scoring)
    {
        using var model = new Replay(outputs);
        var channels = Enumerable.Range(0, (int)outputs[0][0].shape[^1]).ToArray();
        var group = new ChannelGroup("channels", channels.Length, [.. model.children().Select(norm => new GroupSlice(norm, "weight", 0, SliceRole.Norm, channels))]);
        var data = Calibration.Of(Enumerable.Range(0, outputs[0].Length).ToArray(), batch => model.Run(batch, outputs[0][batch]));
        return GroupScorer.Score(model, [group], Criterion.Activation, new() { Scoring = scoring, Calibration = data })[0];
    }

    /// <summary>The batches of activations [sequences, positions, channels].</summary>
    private static Tensor[] Batches(GoldenCase golden, string prefix = "")
        => [.. golden.Inputs.Where(role => role.StartsWith($"{prefix}batch", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(golden.Input)];

    /// <summary>The batches of activations that are there as [positions, sequences, channels].</summary>
    private static Tensor[] SequenceFirst(GoldenCase golden, string prefix = "") => [.. Batches(golden, prefix).Select(static batch => batch.transpose(0, 1))];

    private static long[] Ascending(float[] scores) => [.. Enumerable.Range(0, scores.Length).OrderBy(index => scores[index]).Select(static index => (long)index)];

    private static long[] Descending(float[] scores) => [.. Ascending(scores).Reverse()];

    /// <summary>Layers one after the other that give what they are told to.</summary>
    private sealed class Replay : nn.Module
    {
        private readonly ModuleList<Layer> layers;

        public Replay(Tensor[][] outputs)
            : base(nameof(Replay))
        {
            layers = [.. outputs.Select(static batches => new Layer(batches))];
            RegisterComponents();
        }

        public override IEnumerable<nn.Module> children() => layers;

        public Tensor Run(int batch, Tensor input) => layers.Aggregate(input, (x, layer) =>
        {
            layer.Batch = batch;
            return layer.call(x);
        });

        private sealed class Layer : nn.Module<Tensor, Tensor>
        {
            private readonly Tensor[] outputs;
            private readonly Parameter weight;

            public Layer(Tensor[] outputs)
                : base(nameof(Layer))
            {
                this.outputs = outputs;
                weight = new Parameter(ones(outputs[0].shape[^1]));
                register_parameter(nameof(weight), weight);
            }

            public int Batch { get; set; }

            public override Tensor forward(Tensor x) => outputs[Batch];
        }
    }
}
