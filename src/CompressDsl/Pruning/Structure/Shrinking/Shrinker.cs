using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Takes what is masked as structure away for real: heads, channels, hidden channels, blocks.</summary>
public static class Shrinker
{
    /// <summary>Shrinks a model to what its structure masks leave.</summary>
    /// <remarks>
    /// Parameters are replaced by smaller ones: make optimizers afterwards (CDSL4004). Fields that count heads or channels are written. Masks of single
    /// weights are sliced along.
    /// </remarks>
    /// <param name="root">An annotated module, or one that has annotated modules below.</param>
    /// <exception cref="InvalidOperationException">A weight is in compact storage, or a count of the class would be wrong afterwards; nothing is changed.</exception>
    public static ShrinkResult Run(nn.Module root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var clock = Stopwatch.StartNew();
        var compressions = StructurePruner.Annotated(root);
        if (compressions.Count == 0)
        {
            throw new InvalidOperationException($"Nothing in {root.GetName()} is annotated, so there is nothing to shrink.");
        }

        var before = Count(root);
        var plan = ShrinkPlan.OfMasks(root);
        var paths = new StructurePaths(root);
        ShrunkStructure[] rows =
        [
            .. compressions.OrderBy(paths.OrderOf).SelectMany(compression => (IEnumerable<ShrunkStructure>)
            [
                .. (compression.KnownChannelMap?.Masked ?? []).Select(masked => RowOf(paths.PathOf(compression, masked.Group.Name), masked.Group)),
                .. compression.LayerLists.Where(static list => list.Removed.Count > 0)
                    .Select(list => new ShrunkStructure(paths.PathOf(compression, list.Name), list.Count, list.Kept.Count)),
            ]),
        ];
        plan.Commit();
        return new(rows, before, Count(root), clock.Elapsed.TotalSeconds);
    }

    private static ShrunkStructure RowOf(string path, ChannelGroup group) => group.IsNative
        ? new(path, group.Count, group.Count) { Obstacle = $"{group.Removed.Count} of {group.Count} heads stay masked: a MultiheadAttention is one native block, which cannot shrink (CDSL3006)." }
        : new(path, group.Count, group.Kept.Count);

    private static long Count(nn.Module root) => root.parameters().Sum(static parameter => parameter.numel());
}

/// <summary>What a shrink did.</summary>
/// <param name="Structures">Every group and list that lost something.</param>
/// <param name="ParametersBefore">How many numbers the parameters held.</param>
/// <param name="ParametersAfter">How many they hold.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ShrinkResult(IReadOnlyList<ShrunkStructure> Structures, long ParametersBefore, long ParametersAfter, double Seconds);

/// <summary>A group or list that lost units, or would have.</summary>
/// <param name="Path">The layer whose outputs they are, the attention, or the list.</param>
/// <param name="Before">How many units there were.</param>
/// <param name="After">How many there are.</param>
public sealed record ShrunkStructure(string Path, int Before, int After)
{
    /// <summary>Why what is masked stays; null where it is gone.</summary>
    public string? Obstacle { get; init; }
}
