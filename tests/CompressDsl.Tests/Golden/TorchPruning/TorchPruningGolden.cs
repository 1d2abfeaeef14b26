using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>VainF/Torch-Pruning: which layers lose channels together, their scores, what goes, and the model that is left.</summary>
internal static class TorchPruningGolden
{
    public static void Check(GoldenCase golden)
    {
        using var model = Create(golden);
        golden.AssertClose("y_before", model.call(golden.Input("input")), golden.Tolerance("y_abs"), golden.Tolerance("y_rel"));

        var site = SiteOf(model, golden.Text("scope")!);
        var coupled = golden.Groups.Select(expected => (Expected: expected, Group: GroupOf(site, model, expected))).ToArray();
        ChannelGroup[] groups = [.. coupled.Select(static pair => pair.Group)];
        Choose(golden, model, groups, isHeads: site.Rule.Kind == StructureKind.Heads);

        for (var i = 0; i < groups.Length; i++)
        {
            AssertMembers(model, groups[i], coupled[i].Expected);
            golden.AssertEqual($"group{i}.pruned", tensor(Removed(groups[i], SliceOf(groups[i], model, coupled[i].Expected.Root)).Select(static index => (long)index).ToArray()));
            site.Remove(groups[i], groups[i].Removed);
        }

        model.Shrink();
        golden.AssertClose("y_after", model.call(golden.Input("input")), golden.Tolerance("y_abs"), golden.Tolerance("y_rel"));
        foreach (var (name, value) in model.state_dict().Where(static entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            golden.AssertEqual($"after.{name}", value);
            Assert.Equal(golden.Output($"after.{name}").shape, value.shape);
        }
    }

    private static void Choose(GoldenCase golden, nn.Module<Tensor, Tensor> model, ChannelGroup[] groups, bool isHeads)
    {
        var (criterion, options) = OptionsOf(golden, model);
        var scores = GroupScorer.Score(model, groups, criterion, options);
        var ofChannels = GroupScorer.Score(model, [.. isHeads ? groups.Select(ChannelsOf) : groups], criterion, options);
        for (var i = 0; i < groups.Length; i++)
        {
            golden.AssertClose($"group{i}.score", tensor(ofChannels[i]), 0, golden.Tolerance("score_rel"));
            if (golden.Outputs.Contains($"group{i}.head_score"))
            {
                golden.AssertClose($"group{i}.head_score", tensor(scores[i]), 0, golden.Tolerance("score_rel"));
            }
        }

        GroupSelection.Choose(
            groups,
            scores,
            new GroupSelectionAmount(golden.Parameter("pruning_ratio"), RoundTo: (int)golden.Parameter("round_to", 1)),
            golden.Flag("global_pruning"),
            isHeads ? GroupCutOff.AtLeast : GroupCutOff.Complement);
    }

    /// <summary>What goes along every weight is what goes there in Torch-Pruning, and no other weight has any of it.</summary>
    private static void AssertMembers(nn.Module model, ChannelGroup group, GoldenGroup expected)
    {
        var members = expected.Members.Where(static member => member.Count > 0).ToArray();
        foreach (var member in members)
        {
            var removed = Removed(group, SliceOf(group, model, member));
            Assert.Equal(member.Count, removed.Length);
            Assert.Equal(member.Removed ?? removed, removed);
        }

        Assert.Equal(members.Length, group.Slices.Count(static slice => slice.Parameter == "weight"));
    }

    private static int[] Removed(ChannelGroup group, GroupSlice slice)
    {
        var gone = group.Removed.ToHashSet();
        return [.. Enumerable.Range(0, slice.Units.Length).Where(index => gone.Contains(slice.Units[index]))];
    }

    /// <summary>Heads again, but every channel of them by itself.</summary>
    private static ChannelGroup ChannelsOf(ChannelGroup heads) => new(
        heads.Name,
        heads.Slices[0].Units.Length,
        [.. heads.Slices.Select(static slice => slice with { Units = [.. Enumerable.Range(0, slice.Units.Length)] })]);

    private static GroupSlice SliceOf(ChannelGroup group, nn.Module model, GoldenMember member)
    {
        var layer = model.named_modules().Single(named => named.name == member.Layer).module;
        return group.Slices.Single(slice =>
            slice.Owner == layer && slice.Parameter == "weight" && (layer is not (Linear or Convolution) || slice.Role == (member.IsOutput ? SliceRole.Output : SliceRole.Input)));
    }

    private static ChannelGroup GroupOf(StructureSite site, nn.Module model, GoldenGroup expected)
    {
        var layer = model.named_modules().Single(named => named.name == expected.Root.Layer).module;
        var role = expected.Root.IsOutput ? SliceRole.Output : SliceRole.Input;
        return site.Groups.Single(group => group.Slices.Any(slice => slice.Owner == layer && slice.Role == role));
    }

    private static StructureSite SiteOf(nn.Module<Tensor, Tensor> model, string scope) => (model, scope) switch
    {
        (GoldenTransformer transformer, "heads") => transformer.Compression.attn.Heads,
        (GoldenTransformer transformer, "ffn") => transformer.Compression.up,
        (GoldenTransformer transformer, "hidden") => transformer.Compression.Hidden,
        (GoldenMlp mlp, "all") => mlp.Compression.Channels,
        (GoldenConvNet net, "all") => net.Compression.Channels,
        _ => throw new InvalidOperationException($"Nobody knows the scope '{scope}' of a {model.GetName()}."),
    };

    private static nn.Module<Tensor, Tensor> Create(GoldenCase golden)
    {
        var (dims, architecture) = (golden.Integers("dims"), golden.Text("architecture")!);
        nn.Module<Tensor, Tensor> model = architecture.Split('(', '-')[0] switch
        {
            "fc1" => new GoldenMlp(dims[0], dims[1], dims[2], dims[3]),
            "h=relu" => new GoldenConvNet(dims[0], dims[1], dims[2], dims[3], dims[4]),
            "x=inp" => new GoldenTransformer(dims[0], dims[1], dims[2], dims[3], dims[4]),
            _ => throw new InvalidOperationException($"Nobody knows the architecture '{architecture}'."),
        };
        model.eval();
        using var gradientsOff = no_grad();
        foreach (var (name, value) in model.state_dict().Where(static entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            value.copy_(golden.Input($"param.{name}"));
        }

        return model;
    }

    private static (Criterion Criterion, StructureOptions Options) OptionsOf(GoldenCase golden, nn.Module<Tensor, Tensor> model)
    {
        var importance = golden.Text("importance")!;
        var scoring = importance switch
        {
            "mag1" => new GroupScoring { Norm = 1 },
            "mag2" or "hessian1" or "hessianN" => new GroupScoring(),
            "mag2_nonorm_bias" => new GroupScoring { Normalizer = GroupNormalizer.None, WithBiases = true },
            "mag2_first" => new GroupScoring { Reduction = GroupReduction.First, Normalizer = GroupNormalizer.Sum },
            "mag2_max" => new GroupScoring { Reduction = GroupReduction.Max, Normalizer = GroupNormalizer.Max },
            "taylor" => new GroupScoring { NormScales = NormScales.WithoutBatchNorm },
            "taylor_mv" => new GroupScoring { NormScales = NormScales.WithoutBatchNorm, SumFirst = true },
            "lamp" => new GroupScoring { Normalizer = GroupNormalizer.Lamp },
            "fpgm" => new GroupScoring { GeometricMedian = true },
            "bnscale" => new GroupScoring { NormScales = NormScales.BatchNormOnly, Norm = 1 },
            _ => throw new InvalidOperationException($"Nobody knows the importance '{importance}'."),
        };
        var input = golden.Input("input");
        var last = (int)input.shape[0] - 1;
        return importance.Split('_')[0] switch
        {
            "taylor" => (Criterion.Taylor, Options(..)),
            "hessian1" => (Criterion.Fisher, Options(..1)),
            // Torch-Pruning keeps the squared gradient of the last sample alone.
            "hessianN" => (Criterion.Fisher, Options(last..)),
            _ => (Criterion.Magnitude, Options(..)),
        };

        StructureOptions Options(Range samples) => new()
        {
            Scoring = scoring,
            Calibration = golden.OptionalInput("labels") is { } labels ? Calibration.Of([input[samples]], model.call, batch => Loss(batch, labels.view(input.shape[0], -1)[samples])) : null,
        };

        Tensor Loss(Tensor batch, Tensor labels) => nn.functional.cross_entropy(model.call(batch).flatten(0, -2), labels.flatten());
    }
}
