using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What one of <c>[PruneHeads]</c>, <c>[PruneChannels]</c> and <c>[PruneHidden]</c> speaks of, in one module.</summary>
public sealed class StructureSite
{
    private readonly Compression owner;

    internal StructureSite(Compression owner, string name, StructureRule rule, Func<nn.Module?>? layer, HeadLayers? heads)
        => (this.owner, Name, Rule, Layer, HeadLayers) = (owner, name, rule, layer, heads);

    /// <summary>The name of the annotated member; of an attribute on the class what it prunes: <c>Heads</c>, <c>Channels</c>, <c>Hidden</c>.</summary>
    public string Name { get; }

    /// <summary>What the attribute asks for.</summary>
    public StructureRule Rule { get; }

    /// <summary>
    /// The groups that go together, as forward couples them, with their masks. They live until the next shrink; then there are new ones.
    /// </summary>
    /// <exception cref="InvalidOperationException">The forward cannot be followed.</exception>
    public IReadOnlyList<ChannelGroup> Groups => [.. owner.ChannelMap.Of(this).Select(static mapped => mapped.Group)];

    /// <summary>Why channels that the attribute speaks of stay whole, one sentence each; empty where all of them can go.</summary>
    public IReadOnlyList<string> Obstacles => owner.ChannelMap.ObstaclesOf(this);

    /// <summary>The annotated layer; null for an attribute on the class.</summary>
    internal Func<nn.Module?>? Layer { get; }

    /// <summary>The layers that the attribute names.</summary>
    internal HeadLayers? HeadLayers { get; }

    /// <summary>The module whose attribute it is.</summary>
    internal Compression Owner => owner;

    /// <summary>Masks exactly these units of a group; an empty list masks none.</summary>
    /// <param name="group">One of <see cref="Groups"/>.</param>
    /// <param name="units">The units that go, each in [0, <see cref="ChannelGroup.Count"/>).</param>
    /// <exception cref="ArgumentException">A group of something else; a unit that is not there; none left; parts that lose differently many.</exception>
    public void Remove(ChannelGroup group, IEnumerable<int> units)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(units);
        if (!Groups.Contains(group))
        {
            throw new ArgumentException($"{group} is no group of {Name}.", nameof(group));
        }

        group.Remove(units);
        owner.ChannelMap.ApplyMasks();
    }

    /// <summary>The name and what the attribute asks for.</summary>
    public override string ToString() => $"{Name}: {Rule}";
}

/// <summary>For generated code: the layers of an attention that <c>[PruneHeads]</c> names; null where forward tells.</summary>
/// <param name="Query">Makes the queries.</param>
/// <param name="Output">Mixes the heads.</param>
public sealed record HeadLayers(Func<nn.Module?>? Query, Func<nn.Module?>? Output);
