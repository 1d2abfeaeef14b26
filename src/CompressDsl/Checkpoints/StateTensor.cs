using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A parameter or buffer of a model with all its names in the state dictionary, in their order; tied weights have several.</summary>
/// <param name="Tensor">The model's own tensor.</param>
/// <param name="Names">Its names.</param>
/// <param name="Weight">The prunable weight that it is; null where it is none.</param>
/// <param name="Mask">Its mask; null where it is no prunable weight.</param>
internal sealed record StateTensor(Tensor Tensor, IReadOnlyList<string> Names, PrunableWeight? Weight, WeightMask? Mask)
{
    private const string MaskSuffix = ".mask";

    /// <summary>Its shape; that which it will have, where a shrink is foreseen.</summary>
    internal long[] Shape { get; private init; } = Tensor.shape;

    /// <summary>The name under which it is stored.</summary>
    internal string Name => Names[0];

    /// <summary>The name under which its mask is stored, if it has one.</summary>
    internal string MaskName => MaskNameOf(Name);

    /// <summary>The name under which the mask of a weight of this name is stored.</summary>
    internal static string MaskNameOf(string name) => name + MaskSuffix;

    /// <summary>Every tensor of a model's state dictionary, once, named and shaped as it will be after a shrink; without those that go.</summary>
    internal static List<StateTensor> Of(nn.Module module, ShrinkPreview? shrink) => shrink is null
        ? Of(module)
        : [.. Of(module)
            .Select(state => state with
            {
                Names = [.. state.Names.Select(shrink.NameOf).OfType<string>()],
                Shape = shrink.ShapeOf(state.Name, state.Shape),
            })
            .Where(static state => state.Names is not [])];

    /// <summary>Every tensor of the model's state dictionary, once.</summary>
    internal static List<StateTensor> Of(nn.Module module)
    {
        var weights = PrunableWeights(module);
        var groups = new List<(Tensor Tensor, List<string> Names)>();
        foreach (var alike in module.state_dict().GroupBy(static entry => (entry.Value.dtype, string.Join(',', entry.Value.shape))))
        {
            var first = groups.Count;
            foreach (var (name, tensor) in alike)
            {
                // Two objects may stand for one tensor: TorchSharp's Embedding hands out a new one at every reading of its weight.
                var same = groups.FindIndex(first, group => Aten.IsSetTo(group.Tensor, tensor));
                if (same < 0)
                {
                    groups.Add((tensor, [name]));
                }
                else
                {
                    groups[same].Names.Add(name);
                }
            }
        }

        return [.. groups.Select(group =>
        {
            // Of tied weights, the one that is pruned speaks for all.
            var (_, (weight, mask)) = weights
                .Where(known => group.Names.Contains(known.Key))
                .OrderBy(static known => known.Value.Mask.IsDense)
                .FirstOrDefault();
            return new StateTensor(group.Tensor, group.Names, weight, mask);
        })];
    }

    /// <summary>
    /// By name: the weights that an attribute speaks of, then every other layer's, whose attribute may stand above <paramref name="module"/>.
    /// </summary>
    private static OrderedDictionary<string, (PrunableWeight Weight, WeightMask Mask)> PrunableWeights(nn.Module module)
    {
        var weights = new OrderedDictionary<string, (PrunableWeight Weight, WeightMask Mask)>(StringComparer.Ordinal);
        foreach (var site in SiteWalk.Collect(module))
        {
            weights.Add(site.Path, (site.Weight, site.Mask));
        }

        foreach (var (path, layer) in module.named_modules().Prepend(("", module)))
        {
            if (PrunableWeight.TryOfMember(layer, out var weight))
            {
                weights.TryAdd(path.Length == 0 ? weight.Name : $"{path}.{weight.Name}", (weight, WeightMask.Of(weight)));
            }
        }

        return weights;
    }
}
