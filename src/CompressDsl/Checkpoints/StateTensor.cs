using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A parameter or buffer of a model with all its names in the state dictionary, in their order; tied weights have several.</summary>
/// <param name="Tensor">The model's own tensor; null for a weight in compact storage.</param>
/// <param name="Layer">The layer that holds it in compact storage; null for a tensor.</param>
/// <param name="Names">Its names.</param>
/// <param name="Weight">The prunable weight that it is; null where it is none.</param>
/// <param name="Mask">Its mask; null where it is no prunable weight.</param>
internal sealed record StateTensor(Tensor? Tensor, SparseLinear? Layer, IReadOnlyList<string> Names, PrunableWeight? Weight, WeightMask? Mask)
{
    private const string MaskSuffix = ".mask";

    /// <summary>Its shape; that which it will have, where a shrink is foreseen.</summary>
    internal long[] Shape { get => field ?? ShapeNow; private init; }

    /// <summary>The shape that it has now.</summary>
    internal long[] ShapeNow => Tensor?.shape ?? [Layer!.out_features, Layer.in_features];

    /// <summary>How many numbers it has.</summary>
    internal long Count => Shape.Aggregate(1L, static (product, size) => product * size);

    /// <summary>The type of its numbers.</summary>
    internal ScalarType Type => Tensor?.dtype ?? Storage!.Type;

    /// <summary>Its compact storage; null where that is dense.</summary>
    internal SparseStorage? Storage => Layer?.CompactWeight;

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

    /// <summary>Every tensor of the model's state dictionary, once. Of a compact weight no copy is made.</summary>
    internal static List<StateTensor> Of(nn.Module module)
    {
        var weights = PrunableWeights(module);
        var compact = new CompactStateDictionary();
        var groups = new List<(Tensor Tensor, List<string> Names)>();
        foreach (var alike in module.state_dict(compact).GroupBy(static entry => (entry.Value.dtype, string.Join(',', entry.Value.shape))))
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

        return
        [
            .. groups.Select(group => Create(group.Tensor, null, group.Names)),
            .. compact.Layers.GroupBy(static layer => layer.Value, static layer => layer.Key).Select(layer => Create(null, layer.Key, [.. layer])),
        ];

        StateTensor Create(Tensor? tensor, SparseLinear? layer, List<string> names)
        {
            // Of tied weights, the one that is pruned speaks for all.
            var (_, (weight, mask)) = weights
                .Where(known => names.Contains(known.Key))
                .OrderBy(static known => known.Value.Mask.IsDense)
                .FirstOrDefault();
            return new StateTensor(tensor, layer, names, weight, mask);
        }
    }

    /// <summary>How many of its numbers are not zero.</summary>
    internal long CountNonZeros()
    {
        using var scope = NewDisposeScope();
        return (Tensor ?? Storage!.ToCompressed().Values).count_nonzero().item<long>();
    }

    /// <summary>Its numbers: the model's own tensor, or a dense copy in the current dispose scope.</summary>
    internal Tensor Read() => Tensor ?? Storage!.ToDense();

    /// <summary>Why it cannot take what a file has, though shape and dtype fit; null where it can.</summary>
    /// <param name="stored">A sound tensor of a file.</param>
    /// <param name="isTransposed">Whether the file has it the other way round.</param>
    internal string? Refuse(StoredTensor stored, bool isTransposed = false)
    {
        // No other storage has weights that it cannot hold.
        if (Storage is not SemiStructuredStorage || stored is CompressedTensor { Format: CompressedFormat.Sparse24Bitmask })
        {
            return null;
        }

        try
        {
            Compress(stored, isTransposed).Dispose();
            return null;
        }
        catch (ArgumentException wrong)
        {
            return $"pattern: {stored.Info}: the model has it in {Storage.Kernel} storage. {wrong.Message} Or call Densify() before the load.";
        }
    }

    /// <summary>Takes what a file has, into the storage that it has now.</summary>
    /// <param name="stored">What it does not <see cref="Refuse"/>.</param>
    /// <param name="isTransposed">Whether the file has it the other way round.</param>
    internal void Write(StoredTensor stored, bool isTransposed = false)
    {
        using var scope = NewDisposeScope();
        if (Tensor is null)
        {
            Layer!.Replace(Compress(stored, isTransposed));
        }
        else
        {
            Tensor.copy_(Read(stored, isTransposed));
        }
    }

    private static Tensor Read(StoredTensor stored, bool isTransposed) => isTransposed ? stored.Read().t() : stored.Read();

    private SparseStorage Compress(StoredTensor stored, bool isTransposed)
    {
        using var scope = NewDisposeScope();
        var now = Storage!;
        var pruned = Mask is { IsDense: false } mask ? mask.Pruned : null;
        var compressed = isTransposed ? null : (stored as CompressedTensor)?.ReadCompressed();
        if (compressed is not null && (pruned is null || compressed.Stores(pruned.logical_not())))
        {
            return SparseStorage.Of(compressed with { Values = compressed.Values.to(now.Type) }, now.Kernel, now.Device);
        }

        var values = (compressed?.ToDense() ?? Read(stored, isTransposed)).to(now.Type, now.Device);
        return SparseStorage.Compress(pruned is null ? values : values.masked_fill_(pruned.to(now.Device), 0), now.Kernel);
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
