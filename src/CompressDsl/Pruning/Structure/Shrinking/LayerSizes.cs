using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The sizes that a layer keeps beside its tensors, after some of these were sliced.</summary>
internal static class LayerSizes
{
    /// <summary>Checks that a layer's tensors will fit together and tells how its sizes follow; changes nothing yet.</summary>
    /// <param name="layer">A layer that loses something.</param>
    /// <param name="sliced">Its sliced tensors by name.</param>
    /// <returns>Sets the sizes.</returns>
    /// <exception cref="ArgumentException">The tensors would not fit together.</exception>
    public static Action Plan(nn.Module layer, IReadOnlyDictionary<string, SlicedTensor> sliced)
    {
        switch (layer)
        {
            case Linear linear:
                var dense = ShapeOf("weight")!;
                RequireLengths(dense[0], "bias");
                return () => (linear.out_features, linear.in_features) = (dense[0], dense[1]);
            case SparseLinear linear:
                var sparse = ShapeOf("weight") ?? [linear.out_features, linear.in_features];
                RequireLengths(sparse[0], "bias");
                return () => (linear.out_features, linear.in_features) = (sparse[0], sparse[1]);
            case Convolution convolution:
                var kernel = ShapeOf("weight")!;
                var groups = GroupsOf(convolution, sliced.GetValueOrDefault("weight"));
                var (inputs, outputs) = convolution.transposed ? (kernel[0], kernel[1] * groups) : (kernel[1] * groups, kernel[0]);
                RequireLengths(outputs, "bias");
                return () =>
                {
                    InChannels(convolution) = inputs;
                    OutChannels(convolution) = outputs;
                    convolution.groups = groups;
                };
            case NormBase norm:
                var features = sliced.Values.First().ShapeAfter[0];
                RequireLengths(features, "weight", "bias", "running_mean", "running_var");
                return () => SetNumFeatures(norm, features);
            case LayerNorm norm:
                var shape = sliced.Values.First().ShapeAfter;
                Require("weight", shape);
                Require("bias", shape);
                return () => norm.normalized_shape = shape;
            case GroupNorm norm:
                var first = sliced.Values.First();
                RequireLengths(first.ShapeAfter[0], "weight", "bias");
                var kept = WholeGroups(norm, first);
                return () => norm.num_groups = kept;
            case PReLU activation:
                var parameters = ShapeOf("weight")![0];
                return () => SetNumParameters(activation, parameters);
            default:
                return static () => { };
        }

        long[]? ShapeOf(string name) =>
            sliced.TryGetValue(name, out var cut) ? cut.ShapeAfter : new SlicedTensor.Place(layer, name).Tensor?.shape;

        void RequireLengths(long length, params string[] names) => Array.ForEach(names, name => Require(name, length));

        void Require(string name, params long[] expected)
        {
            if (ShapeOf(name) is { } shape && !shape.AsSpan().SequenceEqual(expected))
            {
                throw new ArgumentException($"{layer.GetName()}.{name} would have the shape [{string.Join(", ", shape)}]; "
                    + $"with what goes from the other tensors of the layer it must be [{string.Join(", ", expected)}].");
            }
        }
    }

    /// <summary>The number of channels that a normalisation without weights and statistics keeps, and what sets it; null for any other layer.</summary>
    public static (string Name, Action<long> Set)? CountOf(nn.Module layer) => layer switch
    {
        NormBase { affine: false, track_running_stats: false } norm => ("num_features", value => SetNumFeatures(norm, value)),
        LayerNorm { elementwise_affine: false, normalized_shape.Length: 1 } norm => ("normalized_shape", value => norm.normalized_shape = [value]),
        _ => null,
    };

    /// <summary>How many groups a convolution has when whole groups are gone, or all groups have lost equally many channels.</summary>
    private static long GroupsOf(Convolution convolution, SlicedTensor? weight)
    {
        if (convolution.groups == 1 || weight is null || !weight.Removed.TryGetValue(0, out var gone))
        {
            return convolution.groups;
        }

        var kept = gone.Chunk(gone.Length / (int)convolution.groups).Select(static group => group.Count(static removed => !removed))
            .Where(static count => count > 0).ToArray();
        return kept.Distinct().Count() == 1 ? kept.Length : throw new ArgumentException(
            $"The {convolution.groups} groups of a {convolution.GetName()}({convolution.in_channels}, {convolution.out_channels}) would keep "
            + $"{string.Join(", ", kept)} channels; all that stay must keep equally many.");
    }

    private static long WholeGroups(GroupNorm norm, SlicedTensor sliced)
    {
        var gone = sliced.Removed[0];
        var groups = gone.Chunk(gone.Length / (int)norm.num_groups).ToArray();
        return groups.All(static group => group.Distinct().Count() == 1)
            ? groups.LongCount(static group => !group[0])
            : throw new ArgumentException($"A part of one of the {norm.num_groups} groups of a GroupNorm over {gone.Length} channels would go; "
                + "the statistics are those of a group, so it can only go as a whole.");
    }

    // get-only and private-set sizes of TorchSharp's layers.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<in_channels>k__BackingField")]
    private static extern ref long InChannels(Convolution layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<out_channels>k__BackingField")]
    private static extern ref long OutChannels(Convolution layer);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_num_features")]
    private static extern void SetNumFeatures(NormBase layer, long value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_num_parameters")]
    private static extern void SetNumParameters(PReLU layer, long value);
}
