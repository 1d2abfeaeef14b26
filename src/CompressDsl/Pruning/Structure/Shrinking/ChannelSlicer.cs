using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// For generated code, which names every tensor and count of a model: takes away what goes of the channels along it. Everything is looked at first and
/// changed at the end, all or nothing.
/// </summary>
public sealed class ChannelSlicer
{
    private readonly List<SlicedTensor> tensors;
    private readonly ILookup<nn.Module, SlicedTensor.Place> places;
    private readonly IReadOnlyDictionary<(object Owner, string Name), long> counts;
    private readonly Dictionary<SlicedTensor.Place, Action<Tensor>> setters = [];
    private readonly Dictionary<(object Owner, string Name), Action> writes = [];
    private readonly HashSet<object> countOwners = new(ReferenceEqualityComparer.Instance);

    private ChannelSlicer(IReadOnlyList<SlicedTensor> all, IReadOnlyDictionary<(object Owner, string Name), long> counts)
    {
        tensors = [.. all.Where(static tensor => tensor.IsCut)];
        places = tensors.SelectMany(static tensor => tensor.Places).ToLookup(static place => place.Owner);
        this.counts = counts;
    }

    /// <summary>
    /// Replaces every tensor that loses units by a smaller one, of the same type, on the same device. Masks of single weights are sliced along, masks of units are
    /// gone, tied weights stay tied.
    /// </summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="counts">What fields of the user that count channels hold afterwards, by object and name.</param>
    /// <param name="slice">Names every tensor and count.</param>
    /// <exception cref="ArgumentException">Slices that do not fit their tensors, or tensors that would not fit together afterwards; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">A weight is in compact storage, or something is not named; nothing is changed.</exception>
    internal static void Run(
        IReadOnlyList<SlicedTensor> tensors, IReadOnlyDictionary<(object Owner, string Name), long> counts, Action<ChannelSlicer> slice)
    {
        var slicer = new ChannelSlicer(tensors, counts);
        slice(slicer);
        slicer.Commit();
    }

    /// <summary>The objects whose counts generated code names.</summary>
    internal static IReadOnlyCollection<object> CountOwners(IEnumerable<Compression> compressions)
    {
        var slicer = new ChannelSlicer([], new Dictionary<(object, string), long>());
        foreach (var compression in compressions)
        {
            compression.NameAll(slicer);
        }

        return slicer.countOwners;
    }

    /// <summary>One of TorchSharp's layers: its tensors, and the sizes that it keeps beside them.</summary>
    public void Layer(nn.Module? layer)
    {
        foreach (var place in layer is null ? [] : places[layer])
        {
            setters[place] = LayerTensors.SetterOf(place);
        }

        if (layer is not null && LayerSizes.CountOf(layer) is var (name, set))
        {
            Count(layer, name, set);
        }
    }

    /// <summary>A module, and all below it.</summary>
    /// <param name="module">Any module.</param>
    /// <param name="own">Slices a module of a class that is known where it is written, and says whether it is one.</param>
    public void Below(nn.Module? module, Func<ChannelSlicer, nn.Module, bool> own)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (module is null || own(this, module))
        {
            return;
        }

        if (module is ICompressible { Compression: var compression })
        {
            compression.NameAll(this);
        }
        else
        {
            Layer(module);
            foreach (var child in module.children())
            {
                Below(child, own);
            }
        }
    }

    /// <summary>A parameter or buffer of a module that the user wrote.</summary>
    /// <param name="owner">The module.</param>
    /// <param name="name">The name of the field.</param>
    /// <param name="set">Puts another tensor in its place.</param>
    public void Tensor(nn.Module owner, string name, Action<Tensor> set)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (places[owner].Any(place => place.Name == name))
        {
            setters[new(owner, name)] = value =>
            {
                set(value);
                LayerTensors.Register(owner, name, value);
            };
        }
    }

    /// <summary>A number of heads or channels.</summary>
    /// <param name="owner">The object whose field or property it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="set">Sets it.</param>
    public void Count(object owner, string name, Action<long> set)
    {
        countOwners.Add(owner);
        if (counts.TryGetValue((owner, name), out var count))
        {
            writes[(owner, name)] = () =>
            {
                set(count);
                ShrinkHistory.AddCount(owner, name, count);
            };
        }
    }

    private void Commit()
    {
        foreach (var place in places.SelectMany(static places => places).Where(place => !setters.ContainsKey(place)))
        {
            throw new InvalidOperationException($"{place} loses channels, but nobody says how it is replaced: its class is written where the generator does not see it.");
        }

        foreach (var ((owner, name), count) in counts.Where(count => !writes.ContainsKey(count.Key)))
        {
            throw new InvalidOperationException($"'{name}' of a {owner.GetType().Name} would be {count}, but nobody says how it is set.");
        }

        var resizes = tensors.SelectMany(static tensor => tensor.Places, static (tensor, place) => (Tensor: tensor, Place: place))
            .GroupBy(static pair => pair.Place.Owner)
            .Select(static layer => (
                Layer: layer.Key,
                Resize: LayerSizes.Plan(layer.Key, layer.ToDictionary(static pair => pair.Place.Name, static pair => pair.Tensor))))
            .ToArray();

        using var gradientsOff = no_grad();
        foreach (var tensor in tensors.Where(static tensor => tensor.Tensor is not null))
        {
            Replace(tensor);
        }

        foreach (var tensor in tensors)
        {
            ShrinkHistory.Add(tensor);
        }

        foreach (var (layer, resize) in resizes)
        {
            resize();
            KeptNormalisation.Clear(layer);
        }

        foreach (var write in writes.Values)
        {
            write();
        }
    }

    private void Replace(SlicedTensor sliced)
    {
        using var scope = NewDisposeScope();
        var masks = sliced.Places.Select(static place => WeightMask.Find(place.Owner, place.Name)).OfType<WeightMask>().Distinct()
            .Select(mask => (Mask: mask, Chosen: mask.Chosen is { } chosen ? sliced.Keep(chosen) : null))
            .ToArray();
        Array.ForEach(masks, static pair => pair.Mask.Clear());

        var old = sliced.Places.Select(static place => place.Tensor!).ToArray();
        var small = sliced.Keep(old[0].detach());
        var value = (old[0] is Parameter ? new Parameter(small, old[0].requires_grad) : small).DetachFromDisposeScope();
        foreach (var place in sliced.Places)
        {
            setters[place](value);
            if (place.Owner is Embedding embedding && sliced.Places.Count > 1)
            {
                // For the layers that are tied to it; see SlicedTensor.
                value = embedding.weight!.DetachFromDisposeScope();
            }
        }

        Array.ForEach(old, static tensor => tensor.Dispose());
        foreach (var (mask, chosen) in masks)
        {
            if (chosen is not null)
            {
                mask.Set(chosen);
            }
        }
    }
}
