using TorchSharp.Modules;

namespace CompressDsl;

/// <summary>Channels or heads of several layers that can only go together: a unit goes from every slice, or from none.</summary>
/// <param name="name">The layer whose outputs they are, or the class of the attention.</param>
/// <param name="count">How many units there are.</param>
/// <param name="slices">Where they lie.</param>
/// <param name="parts">
/// How many equal runs of neighbours the units come in, each of which must lose equally many: the key/value heads that query heads share; 1 elsewhere.
/// </param>
public sealed class ChannelGroup(string name, int count, IReadOnlyList<GroupSlice> slices, int parts = 1)
{
    private readonly bool[] removed = new bool[count];

    /// <summary>The layer whose outputs they are, or the class of the attention.</summary>
    public string Name { get; } = name;

    /// <summary>How many units there are, masked ones too.</summary>
    public int Count { get; } = count;

    /// <summary>Where the units lie.</summary>
    public IReadOnlyList<GroupSlice> Slices { get; } = slices;

    /// <summary>How many equal runs of neighbouring units there are, each of which must lose equally many.</summary>
    public int Parts { get; } = parts;

    /// <summary>Which units are masked: the ones that a shrink takes away, in ascending order.</summary>
    public IReadOnlyList<int> Removed => [.. Enumerable.Range(0, Count).Where(unit => removed[unit])];

    /// <summary>Which units stay, in ascending order.</summary>
    public IReadOnlyList<int> Kept => [.. Enumerable.Range(0, Count).Where(unit => !removed[unit])];

    /// <summary>Whether they can only be masked: they lie in TorchSharp's MultiheadAttention, whose sizes nobody can change.</summary>
    public bool IsNative => Slices.Any(static slice => slice.Owner is MultiheadAttention);

    /// <summary>Names the units that go; what was named before is forgotten.</summary>
    /// <exception cref="ArgumentException">A unit that is not there, none left, or parts that lose differently many.</exception>
    internal void Remove(IEnumerable<int> units)
    {
        var chosen = new bool[Count];
        foreach (var unit in units)
        {
            chosen[unit >= 0 && unit < Count
                ? unit
                : throw new ArgumentException($"{Name} has the units 0 to {Count - 1}; {unit} is none of them.", nameof(units))] = true;
        }

        if (!chosen.Contains(false))
        {
            throw new ArgumentException($"All {Count} units of {Name} would go; at least one must stay.", nameof(units));
        }

        var losses = chosen.Chunk(Count / Parts).Select(static part => part.Count(static gone => gone)).Distinct().ToArray();
        if (losses.Length > 1)
        {
            throw new ArgumentException(
                $"The {Parts} parts of {Name} would lose {string.Join(" and ", losses)} units; each must lose as many as the others.", nameof(units));
        }

        chosen.CopyTo(removed, 0);
    }

    /// <summary>The name and how many units stay.</summary>
    public override string ToString() => $"{Name}: {Kept.Count} of {Count}";
}
