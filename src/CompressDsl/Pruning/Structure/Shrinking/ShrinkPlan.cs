using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a shrink of a model would take away: looked at first, and done at once.</summary>
internal sealed class ShrinkPlan
{
    private readonly IReadOnlyList<Compression> compressions;
    private readonly IReadOnlyList<SlicedTensor> tensors;
    private readonly Dictionary<(object Owner, string Name), long> counts;
    private readonly Dictionary<nn.Module, bool[]> blocks;

    /// <param name="root">The model.</param>
    /// <param name="tensors">The tensors below it that lose channels.</param>
    /// <param name="counts">What counts of heads and channels are afterwards, by object and name.</param>
    /// <param name="blocks">By list, for every block whether it goes.</param>
    public ShrinkPlan(
        nn.Module root, IReadOnlyList<SlicedTensor> tensors, Dictionary<(object Owner, string Name), long> counts, Dictionary<nn.Module, bool[]> blocks)
    {
        compressions = StructurePruner.Annotated(root);
        (this.tensors, this.counts, this.blocks) = (tensors, counts, blocks);
        Preview = new(root, tensors, blocks);
    }

    /// <summary>What the state dictionary will be.</summary>
    public ShrinkPreview Preview { get; }

    /// <summary>The plan for what is masked.</summary>
    public static ShrinkPlan OfMasks(nn.Module root)
    {
        var compressions = StructurePruner.Annotated(root);
        var maps = compressions.Select(static compression => compression.KnownChannelMap).OfType<ChannelMap>().ToArray();
        return new(
            root,
            SlicedTensor.Of([.. maps.SelectMany(static map => map.Masked).Select(static masked => masked.Group).Where(static group => !group.IsNative)]),
            maps.SelectMany(static map => map.CountsAfter()).ToDictionary(),
            compressions.SelectMany(static compression => compression.LayerLists)
                .Where(static list => list.Removed.Count > 0)
                .ToDictionary(static list => list.Module!, static list => list.AreRemoved));
    }

    /// <summary>Takes it away. Masks of structure are gone afterwards.</summary>
    /// <exception cref="ArgumentException">Tensors that would not fit together; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">A weight is in compact storage, or something is not named in generated code; nothing is changed.</exception>
    public void Commit()
    {
        // What cannot shrink stays masked; its groups are made anew with the others.
        var native = compressions.SelectMany(static compression => compression.KnownChannelMap?.Masked ?? []).Where(static masked => masked.Group.IsNative)
            .Select(static masked => (masked.Site, Tensor: masked.Group.Slices[0], masked.Group, masked.Group.Removed))
            .ToArray();
        Array.ForEach(native, static masked => masked.Site.Remove(masked.Group, []));
        try
        {
            TakeAway();
        }
        finally
        {
            foreach (var (site, tensor, _, removed) in native)
            {
                site.Remove(site.Groups.Single(group => group.Slices.Any(slice => slice.Owner == tensor.Owner && slice.Parameter == tensor.Parameter)), removed);
            }
        }
    }

    private void TakeAway()
    {
        ChannelSlicer.Run(tensors, counts, slicer =>
        {
            foreach (var compression in compressions)
            {
                compression.NameAll(slicer);
            }
        });

        foreach (var compression in compressions)
        {
            compression.KnownChannelMap?.ReleaseNormalisations();
        }

        foreach (var list in compressions.SelectMany(static compression => compression.LayerLists).Where(list => list.Module is { } module && blocks.ContainsKey(module)).ToArray())
        {
            list.Shrink(blocks[list.Module!]);
        }

        foreach (var compression in compressions)
        {
            compression.ForgetChannels();
        }
    }
}
