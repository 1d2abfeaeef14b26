namespace CompressDsl.Flow;

/// <summary>Finds what an attribute speaks of among the axes that a solver has found.</summary>
public static class UnitSearch
{
    /// <summary>The heads of attentions, as the layers that mix them see them.</summary>
    /// <param name="axes">What the solver has found.</param>
    /// <param name="query">The layer that makes the queries, where it is named; else null.</param>
    /// <param name="output">The layer that mixes the heads, where it is named; else null.</param>
    public static IEnumerable<UnitCandidate> Heads(IReadOnlyList<CoupledAxis> axes, object? query = null, object? output = null)
        => axes.SelectMany(static axis => axis.Slots)
            .Where(slot => slot.Role == SlotRole.Input && (output is null || slot.Owner.Equals(output)) || slot.Parameter == Solver.NativeWeight)
            .Select(static slot => RunOf(slot.Layout))
            .Where(static run => run.Count > 0)
            .GroupBy(static run => string.Join(",", run.Select(static axis => axis.Id)))
            .Select(static same => same.First())

            // Of query heads that share key/value heads those within a group are counted; the groups stay whole.
            .SelectMany(run => axes.Where(axis => ReferenceEquals(axis.Axis, run[run.Count - 1])).Select(axis => new UnitCandidate(axis, run)))
            .Where(candidate => query is null || candidate.Coupled.Slots.Any(slot => slot.Owner.Equals(query)));

    /// <summary>The residual stream: what most layers share.</summary>
    public static IEnumerable<UnitCandidate> Hidden(IReadOnlyList<CoupledAxis> axes)
        => axes.Where(static axis => axis.Axis is { IsHead: false, IsHeadSize: false }
                && axis.Slots.Any(static slot => slot.Role is SlotRole.Output or SlotRole.Table)
                && axis.Slots.Select(static slot => slot.Owner).Distinct().Count() > 1)
            .OrderByDescending(static axis => axis.Slots.Count)
            .Take(1)
            .Select(static axis => new UnitCandidate(axis, [axis.Axis]));

    /// <summary>The outputs of one layer.</summary>
    public static IEnumerable<UnitCandidate> OfLayer(IReadOnlyList<CoupledAxis> axes, object layer)
    {
        var written = axes.Where(axis => axis.Slots.Any(slot => slot.Owner.Equals(layer) && slot is { Role: SlotRole.Output, Parameter: "weight" })).ToArray();
        var channels = written.Where(axis => axis.Slots.Any(slot => slot.Owner.Equals(layer) && slot.Role == SlotRole.Output && IsChannels(axis.Axis, slot.Layout))).ToArray();

        // Of what the code makes several dimensions of, those that can go; where none can, all are to blame.
        return (channels.Length > 0 ? channels : written).Select(static axis => new UnitCandidate(axis, [axis.Axis]));
    }

    /// <summary>The outputs of all layers: not what leaves the class or enters it, which is others' too, and not a stream that is normalised, which is hidden.</summary>
    public static IEnumerable<UnitCandidate> OfClass(IReadOnlyList<CoupledAxis> axes)
        => axes.Where(static axis => axis.Axis is { IsHead: false, IsHeadSize: false, IsReturned: false, IsOutside: false }
                && axis.Slots.Any(slot => slot.Role == SlotRole.Output && IsChannels(axis.Axis, slot.Layout))
                && !IsStream(axis))
            .Select(static axis => new UnitCandidate(axis, [axis.Axis]));

    // The heads in the inputs of the layer that mixes them: [heads, size] or [key/value heads, heads of each, size].
    private static IReadOnlyList<Axis> RunOf(Layout layout) => layout is Product { Items: var items }
        ? [.. items.TakeWhile(static item => item is Axis { IsHead: true }).Cast<Axis>()]
        : layout is Concat { Segments: [Product several, ..] } ? RunOf(several)
        : layout is Axis { IsHead: true } head ? [head] : [];

    // The channels of a layer, or of one that it makes several of; what lies within others only where it can go.
    private static bool IsChannels(Axis axis, Layout layout)
        => ReferenceEquals(layout, axis) || layout is Concat concat && concat.Segments.Contains(axis) || axis.Pin is null && layout is Product;

    private static bool IsStream(CoupledAxis axis)
        => axis.Normalisations.Count > 0 && axis.Slots.Count(static slot => slot is { Role: SlotRole.Output, Parameter: "weight" } or { Role: SlotRole.Table }) > 1;
}

/// <summary>Units that can go: heads or channels.</summary>
/// <param name="Coupled">The axis that loses units, with everything along it.</param>
/// <param name="Unit">The axes whose elements are the units, outer to inner; the last is the one of <paramref name="Coupled"/>.</param>
public sealed record UnitCandidate(CoupledAxis Coupled, IReadOnlyList<Axis> Unit)
{
    /// <summary>What the units are named after: the first that writes them.</summary>
    public Slot Writer => Coupled.Slots.FirstOrDefault(static slot => slot.Role is SlotRole.Output or SlotRole.Table) ?? Coupled.Slots[0];

    /// <summary>How many units there are; null where that is not known.</summary>
    public long? Count => Unit.Aggregate(Size.One, static (product, axis) => product * axis.Size).Number;

    /// <summary>Why they stay; null where they can go.</summary>
    /// <param name="isNarrowed">Whether what comes out may be narrower: heads and the stream go as a whole.</param>
    public Pin? PinFor(bool isNarrowed) => Coupled.Pin is { Kind: PinKind.Returned } && isNarrowed ? null : Coupled.Pin;
}
