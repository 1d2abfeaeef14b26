using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score that a layer gives to a unit: how large the unit is at its input. Of a residual stream, which layer normalisations read: how large it is at the
/// output of each of them.
/// </summary>
/// <remarks>Paper: Muralidharan et al., Minitron, arXiv 2407.14679; code: NVIDIA/Model-Optimizer, <c>mcore_minitron.py</c> and <c>base_hooks.py</c>.</remarks>
internal static class GroupActivation
{
    /// <summary>For every group, for every layer that is looked at, the scores of all units.</summary>
    public static IReadOnlyList<IReadOnlyList<double[]>> Score(GroupPass pass)
    {
        var sums = pass.Groups.Select(group => Watch(group, pass.Options.Scoring.ActivationMean)).ToArray();
        try
        {
            pass.Forward();
            return [.. sums.Select(list => list.Select(sum => sum.Finish(pass.Options.Workers)).ToArray())];
        }
        finally
        {
            Array.ForEach(sums, static list => list.ForEach(static sum => sum.Dispose()));
        }
    }

    private static List<ActivationSums> Watch(ChannelGroup group, ActivationMean mean)
    {
        var norms = group.Slices.Where(IsLayerNorm).DistinctBy(static slice => slice.Owner).ToArray();
        if (norms.Length > 0)
        {
            return [.. norms.Select(slice => new ActivationSums(group, slice, mean, sums => ForwardSite.TryOf(slice.Owner)!.OnReturn(sums.AddOutput)))];
        }

        return [.. GroupReaders.Of(group).Select(reader => new ActivationSums(group, reader, mean, sums => new Hook(
            GroupReaders.Layer(reader).register_forward_pre_hook((_, input) =>
            {
                sums.Add(input, GroupReaders.ChannelDim(group, reader, input));
                return input;
            }).remove)))];
    }

    // Not BatchNorm: there the layers that read the group see more, for what follows it, a ReLU, is part of what they see. A module that holds nothing but one
    // vector and turns one tensor into another is an RMSNorm written by hand, or scales like one.
    private static bool IsLayerNorm(GroupSlice slice) =>
        slice is { Parameter: "weight", Role: SliceRole.Norm or SliceRole.Other, Owner: nn.Module<Tensor, Tensor> and not (NormBase or GroupNorm) }
        && slice.Owner.get_parameter(slice.Parameter)?.dim() == 1
        && !slice.Owner.children().Any();

    private sealed class Hook(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
