using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One parameter or buffer with all that groups remove from it: a tensor may lose units along several dimensions, and to several groups along
/// one.</summary>
internal sealed class SlicedTensor
{
    private SlicedTensor(IReadOnlyList<Place> places, Tensor? tensor, long[] shape, IReadOnlyDictionary<int, bool[]> removed) =>
        (Places, Tensor, Shape, Removed) = (places, tensor, shape, removed);

    /// <summary>Where it is registered; tied weights have several places.</summary>
    public IReadOnlyList<Place> Places { get; }

    /// <summary>The tensor as it is now; null for a normalisation without parameters, of which only the size follows, and in compact storage.</summary>
    public Tensor? Tensor { get; }

    /// <summary>Its shape now.</summary>
    public long[] Shape { get; }

    /// <summary>By dimension, for every index along it, whether it goes. Dimensions that lose nothing are left out.</summary>
    public IReadOnlyDictionary<int, bool[]> Removed { get; }

    /// <summary>Whether anything goes.</summary>
    public bool IsCut => Removed.Count > 0;

    /// <summary>Its shape without what goes.</summary>
    public long[] ShapeAfter =>
        [.. Shape.Select((size, dim) => Removed.TryGetValue(dim, out var gone) ? gone.LongCount(static removed => !removed) : size)];

    /// <summary>Every tensor of the groups' slices, once, also those that lose nothing.</summary>
    /// <exception cref="ArgumentException">A slice that does not fit its tensor, a dimension that would be left empty, or tied weights that would
    /// lose different units.</exception>
    /// <exception cref="InvalidOperationException">A weight that would lose something is in compact storage.</exception>
    public static List<SlicedTensor> Of(IReadOnlyList<ChannelGroup> groups)
    {
        var tensors = new List<SlicedTensor>();
        var slices = groups.SelectMany(static group => group.Slices, static (group, slice) => (Group: group, Slice: slice));
        foreach (var same in slices.GroupBy(static pair => new Place(pair.Slice.Owner, pair.Slice.Parameter)))
        {
            var place = same.Key;
            var tensor = place.Tensor;
            var shape = ShapeOf(place.Owner, place.Name) ?? ShapeWithoutTensor(place, same.First().Slice);
            var next = new SlicedTensor([place], tensor, shape, Unite(place, shape, same));
            next.RequireDense();
            var tied = tensors.FindIndex(known => known.IsSameAs(next));
            if (tied < 0)
            {
                tensors.Add(next);
            }
            else
            {
                tensors[tied] = tensors[tied].Tie(next);
            }
        }

        return tensors;
    }

    /// <summary>The shape of a parameter or buffer, or what its layer keeps in place of one; null where there is neither.</summary>
    public static long[]? ShapeOf(nn.Module owner, string name) => new Place(owner, name).Tensor?.shape ?? (owner, name) switch
    {
        (SparseLinear layer, "weight") => [layer.out_features, layer.in_features],
        (LayerNorm norm, "weight" or "bias") => norm.normalized_shape,
        (NormBase norm, "weight" or "bias") => [norm.num_features],
        _ => null,
    };

    /// <summary>A copy of <paramref name="tensor"/>, which has this one's shape, without what goes.</summary>
    public Tensor Keep(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        foreach (var (dim, gone) in Removed)
        {
            var kept = Enumerable.Range(0, gone.Length).Where(index => !gone[index]).Select(static index => (long)index).ToArray();
            tensor = tensor.index_select(dim, torch.tensor(kept, device: tensor.device));
        }

        return tensor.MoveToOuterDisposeScope();
    }

    private static Dictionary<int, bool[]> Unite(Place place, long[] shape, IEnumerable<(ChannelGroup Group, GroupSlice Slice)> slices)
    {
        var removed = new Dictionary<int, bool[]>();
        foreach (var (group, slice) in slices)
        {
            if (slice.Dim < 0 || slice.Dim >= shape.Length || slice.Units.Length != shape[slice.Dim])
            {
                throw new ArgumentException($"The units of {group.Name} name {slice.Units.Length} indices along dimension {slice.Dim} of {place}, "
                    + $"whose shape is [{string.Join(", ", shape)}].");
            }

            if (slice.Units.FirstOrDefault(unit => unit < -1 || unit >= group.Count, -1) is not -1 and var unit)
            {
                throw new ArgumentException($"{place} has an index of unit {unit} of {group.Name}, which has the units 0 to {group.Count - 1}.");
            }

            var gone = group.Removed.ToHashSet();
            if (!slice.Units.Any(gone.Contains))
            {
                continue;
            }

            var flags = removed.TryGetValue(slice.Dim, out var known) ? known : removed[slice.Dim] = new bool[slice.Units.Length];
            for (var i = 0; i < flags.Length; i++)
            {
                flags[i] |= gone.Contains(slice.Units[i]);
            }

            if (!flags.Contains(false))
            {
                throw new ArgumentException($"{group.Name} would leave nothing along dimension {slice.Dim} of {place} [{string.Join(", ", shape)}].");
            }
        }

        return removed;
    }

    // A GroupNorm without parameters knows its groups alone.
    private static long[] ShapeWithoutTensor(Place place, GroupSlice slice) => (place.Owner, place.Name) switch
    {
        (GroupNorm, "weight" or "bias") => [slice.Units.Length],
        _ => throw new ArgumentException($"{place.Owner.GetName()} registers no parameter or buffer '{place.Name}'; "
            + "a class that holds parameters in fields calls RegisterComponents() at the end of its constructor."),
    };

    private void RequireDense()
    {
        if (IsCut && Places[0].Owner is SparseLinear { Storage: not SparseKernel.None } layer && Places[0].Name == "weight")
        {
            throw new InvalidOperationException($"The weight of a SparseLinear({layer.in_features}, {layer.out_features}) is in {layer.Storage} "
                + "storage, from which no units can be taken; call Densify() first.");
        }
    }

    private bool IsSameAs(SlicedTensor other) =>
        Tensor is not null && other.Tensor is not null && Tensor.shape.AsSpan().SequenceEqual(other.Tensor.shape)
        && (ReferenceEquals(Tensor, other.Tensor)
            // Only an embedding hands out a second object for the same parameter.
            || ((Places[0].Owner is Embedding || other.Places[0].Owner is Embedding) && Aten.IsSetTo(Tensor, other.Tensor)));

    private SlicedTensor Tie(SlicedTensor other)
    {
        if (Removed.Count != other.Removed.Count
            || Removed.Any(pair => !other.Removed.TryGetValue(pair.Key, out var flags) || !flags.AsSpan().SequenceEqual(pair.Value)))
        {
            throw new ArgumentException($"{Places[0]} and {other.Places[0]} are one tensor (tied weights), but different units of it would go.");
        }

        // An embedding leads: it makes a new object for its weight, as `head.weight = embedding.weight` does.
        return other.Places[0].Owner is Embedding
            ? new([.. other.Places, .. Places], other.Tensor, Shape, Removed)
            : new([.. Places, .. other.Places], Tensor, Shape, Removed);
    }

    /// <summary>A module and the name under which it registers a tensor.</summary>
    internal readonly record struct Place(nn.Module Owner, string Name)
    {
        /// <summary>The parameter or buffer as it is now; null where there is none.</summary>
        public Tensor? Tensor => Owner.get_parameter(Name) ?? Owner.get_buffer(Name);

        /// <summary>For messages.</summary>
        public override string ToString() => $"{Owner.GetName()}.{Name}";
    }
}
