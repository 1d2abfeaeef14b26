using CompressDsl.Flow;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Which channels of the parameters below a module go together, as its forward couples them now, and which of them its attributes speak of.</summary>
internal sealed class ChannelMap
{
    private readonly Compression owner;
    private readonly ChannelFlow flow;
    private readonly IReadOnlyList<CoupledAxis> axes;
    private readonly Dictionary<nn.Module, string> paths;
    private readonly Dictionary<string, MappedGroup> groups = [];
    private readonly Dictionary<StructureSite, IReadOnlyList<MappedGroup>> sites = [];

    public ChannelMap(Compression owner)
    {
        this.owner = owner;
        paths = owner.Module.named_modules().GroupBy(static named => named.module).ToDictionary(static named => named.Key, static named => named.First().name);
        flow = RankSearch.Run(static ranks => new ChannelFlow { Ranks = ranks }, Follow);
        UnifyTied();
        axes = flow.Finish();
    }

    private void Follow(ChannelFlow flow)
    {
        var outputs = owner.FollowForward(flow)
            ?? throw new InvalidOperationException($"The forward of {owner.Module.GetName()} has no source that the generator could follow.");
        flow.Return([.. outputs.Where(static shape => shape is not null)]);
    }

    /// <summary>The groups of which something is masked, each with a site that speaks of it.</summary>
    public IEnumerable<(StructureSite Site, ChannelGroup Group)> Masked => sites
        .SelectMany(static site => site.Value, static (site, mapped) => (site.Key, mapped.Group))
        .DistinctBy(static masked => masked.Group)
        .Where(static masked => masked.Group.Removed.Count > 0);

    /// <summary>The groups that a site speaks of and that can go.</summary>
    public IReadOnlyList<MappedGroup> Of(StructureSite site)
    {
        if (!sites.TryGetValue(site, out var found))
        {
            sites.Add(site, found = [.. Find(site).Where(candidate => PinOf(site, candidate) is null).Select(candidate => Map(site, candidate)).OfType<MappedGroup>()]);
        }

        return found;
    }

    /// <summary>Why channels that a site speaks of stay.</summary>
    public IReadOnlyList<string> ObstaclesOf(StructureSite site)
    {
        UnitCandidate[] found = [.. Find(site)];
        string[] pinned = [.. found.Select(candidate => PinOf(site, candidate) is { } pin ? $"{NameOf(candidate)}: {Sentence(pin)}" : null).OfType<string>().Distinct()];
        return found.Length > 0 ? pinned : [$"{site.Rule} finds nothing in {owner.Module.GetName()} that could go" + (site.Rule.Kind == StructureKind.Heads
            ? ": the attribute is for a class with the layers that make the heads of an attention and the one that reads them."
            : ".")];
    }

    /// <summary>Makes the masks, and what normalises over masked channels, what the groups say.</summary>
    public void ApplyMasks()
    {
        GroupMasks.Apply(this, [.. groups.Values.Select(static mapped => mapped.Group)]);
        foreach (var norm in groups.Values.SelectMany(static mapped => mapped.Coupled.Normalisations).DistinctBy(static norm => norm.Owner))
        {
            KeptNormalisation.Set((nn.Module)norm.Owner, norm.Kind == Flow.NormalisationKind.Layer ? NormalisationKind.LayerNorm : NormalisationKind.RootMeanSquare, RemovedAlong(norm.Layout));
        }
    }

    /// <summary>What the user's fields that count channels hold after the masked ones are gone, where that is something else; by object and name.</summary>
    public IEnumerable<KeyValuePair<(object Owner, string Name), long>> CountsAfter()
    {
        var left = groups.Values.Where(static mapped => !mapped.Group.IsNative).ToDictionary(static mapped => mapped.Axis, static mapped => mapped.Group.Kept.Count / mapped.Group.Parts);
        return groups.Values
            .SelectMany(static mapped => mapped.Coupled.Members)
            .DistinctBy(static member => member.Symbol)
            .Select(member => (member.Symbol, After: SizeAfter(member.Layout)))
            .Where(static count => count.After != count.Symbol.Value)
            .Select(static count => KeyValuePair.Create((count.Symbol.Owner!, count.Symbol.Name), count.After));

        long SizeAfter(Layout layout) => layout switch
        {
            Product product => product.Items.Aggregate(1L, (size, item) => size * SizeAfter(item)),
            Concat concat => concat.Segments.Sum(SizeAfter),
            Axis axis when left.TryGetValue(axis, out var count) => count,
            _ => layout.Size.Number ?? throw new InvalidOperationException($"The size of {layout} is not known."),
        };
    }

    /// <summary>After a shrink: what normalised over the kept channels alone has no others any more.</summary>
    public void ReleaseNormalisations()
    {
        foreach (var norm in groups.Values.SelectMany(static mapped => mapped.Coupled.Normalisations))
        {
            KeptNormalisation.Clear((nn.Module)norm.Owner);
        }
    }

    private bool[] RemovedAlong(Layout layout)
    {
        var removed = new bool[layout.Size.Number!.Value];
        foreach (var mapped in groups.Values.Where(static mapped => mapped.Group.Removed.Count > 0))
        {
            var gone = mapped.Group.Removed.ToHashSet();
            var units = LayoutIndex.UnitsOf(layout, mapped.Unit);
            for (var i = 0; i < units.Length; i++)
            {
                removed[i] |= gone.Contains(units[i]);
            }
        }

        return removed;
    }

    // Two layers that hold one parameter have the same channels along it.
    private void UnifyTied()
    {
        var held = flow.Slots
            .Select(static slot => (Slot: slot, Parameter: ((nn.Module)slot.Owner).get_parameter(slot.Parameter)!))
            .Where(static held => held.Parameter is not null)
            .ToArray();
        foreach (var alike in held.GroupBy(static held => (held.Slot.Dim, string.Join(",", held.Parameter.shape))))
        {
            for (var i = 0; i < alike.Count(); i++)
            {
                var first = alike.ElementAt(i);
                foreach (var other in alike.Skip(i + 1).Where(other => AreOne(first, other)))
                {
                    flow.Unify(first.Slot.Layout, other.Slot.Layout);
                }
            }
        }

        // Only an embedding hands out a second object for the same parameter.
        static bool AreOne((Slot Slot, Parameter Parameter) first, (Slot Slot, Parameter Parameter) other)
            => ReferenceEquals(first.Parameter, other.Parameter)
                || ((first.Slot.Owner is Embedding || other.Slot.Owner is Embedding) && Aten.IsSetTo(first.Parameter, other.Parameter));
    }

    private IEnumerable<UnitCandidate> Find(StructureSite site) => site.Rule.Kind switch
    {
        StructureKind.Heads => UnitSearch.Heads(axes, site.HeadLayers?.Query?.Invoke(), site.HeadLayers?.Output?.Invoke()),
        StructureKind.Hidden => UnitSearch.Hidden(axes),
        _ when site.Layer is { } layer => layer() is { } held ? UnitSearch.OfLayer(axes, held) : [],
        _ => UnitSearch.OfClass(axes),
    };

    // Who narrows the stream, or takes heads away, wants what comes out to be narrower too.
    // Where a part of what a layer reads has a size that nobody knows, it cannot be said which of its columns are whose.
    private static Pin? PinOf(StructureSite site, UnitCandidate candidate)
        => candidate.PinFor(isNarrowed: site.Rule.Kind != StructureKind.Channels)
            ?? (candidate.Coupled.Slots.FirstOrDefault(static slot => slot.Layout.Size.Number is null) is { } slot
                ? new Pin(PinKind.Ambiguous, $"The size of what {((nn.Module)slot.Owner).GetName()}.{slot.Parameter} is laid along is not known", null)
                : null);

    private MappedGroup? Map(StructureSite site, UnitCandidate candidate)
    {
        Axis[] unit = [.. candidate.Unit];
        var key = string.Join(",", unit.Select(static axis => axis.Id));
        if (groups.TryGetValue(key, out var known))
        {
            return known;
        }

        if (candidate.Count is not (>= 2 and var count))
        {
            return null;
        }

        var parts = unit.Length == 1 ? 1 : (int)(count / unit[^1].Size.Number!.Value);
        GroupSlice[] slices =
        [
            .. candidate.Coupled.Slots
                .Select(slot => new GroupSlice((nn.Module)slot.Owner, slot.Parameter, slot.Dim, (SliceRole)slot.Role, LayoutIndex.UnitsOf(slot.Layout, unit)))
                .Where(static slice => slice.Units.Any(static index => index >= 0)),
        ];
        var name = site.Rule.Kind == StructureKind.Heads ? PathOf(owner.Module) : NameOf(candidate);
        return groups[key] = new(new ChannelGroup(name, (int)count, slices, parts), candidate.Coupled, unit, unit[^1]);
    }

    private string NameOf(UnitCandidate candidate) => PathOf((nn.Module)candidate.Writer.Owner);

    private string PathOf(nn.Module module) => paths.TryGetValue(module, out var path) && path.Length > 0 ? path : module.GetName();

    private static string Sentence(Pin pin) => pin.Kind >= PinKind.Ambiguous ? $"{pin.Reason}." : $"what it puts out {pin.Reason}.";
}

/// <summary>A group with what it was made from.</summary>
/// <param name="Group">The group.</param>
/// <param name="Coupled">The axis that loses units, with everything along it.</param>
/// <param name="Unit">The axes whose elements are the units, outer to inner.</param>
/// <param name="Axis">The last of them.</param>
internal sealed record MappedGroup(ChannelGroup Group, CoupledAxis Coupled, Axis[] Unit, Axis Axis);
