using TorchSharp.Modules;

namespace CompressDsl;

/// <summary>Holds the removed units of channel groups at zero, in every parameter that has them, until they are taken away or free again.</summary>
/// <remarks>
/// It is the <see cref="WeightMask"/> of each parameter that holds them, so they survive steps, weight decay and <c>.to()</c>, beside what an attribute
/// on the same weight has pruned. Running statistics are left alone.
/// </remarks>
internal static class GroupMasks
{
    /// <summary>Makes the masks what the groups say: units that are removed now are zero, units that no longer are become free (and stay zero until
    /// something writes them), unless the mask of single weights has them.</summary>
    /// <param name="by">Whose groups they are: what others mask stays.</param>
    /// <param name="groups">All groups of theirs.</param>
    /// <exception cref="ArgumentException">Slices that do not fit their tensors.</exception>
    /// <exception cref="InvalidOperationException">A weight is in compact storage.</exception>
    public static void Apply(object by, IReadOnlyList<ChannelGroup> groups)
    {
        foreach (var tensor in SlicedTensor.Of(groups))
        {
            if (tensor.Tensor is Parameter && MaskOf(tensor) is { } mask)
            {
                mask.SetRemoved(by, tensor.Removed);
            }
        }
    }

    /// <summary>The one mask of a parameter with all its aliases; null where nothing goes and nobody has a mask.</summary>
    private static WeightMask? MaskOf(SlicedTensor tensor)
    {
        // Of tied weights, the one that is pruned speaks for all.
        var leader = tensor.Places.OrderBy(static place => WeightMask.Find(place.Owner, place.Name)?.IsDense ?? true).First();
        if (!tensor.IsCut && WeightMask.Find(leader.Owner, leader.Name) is null)
        {
            return null;
        }

        var mask = WeightMask.Of(WeightOf(leader));
        foreach (var alias in tensor.Places.Where(place => place != leader))
        {
            mask.Share(WeightOf(alias));
        }

        return mask;
    }

    private static PrunableWeight WeightOf(SlicedTensor.Place place) =>
        place.Name == "weight" && PrunableWeight.TryOfMember(place.Owner, out var weight)
            ? weight
            : PrunableWeight.Of(place.Owner, place.Name, action => ForwardSite.TryOf(place.Owner)?.OnCall(_ => action()) is { } hook ? hook.Dispose : null);
}
