namespace CompressDsl.Flow;

/// <summary>
/// The dimensions of a tensor. How many there are may be unknown: then those at the end are known one by one, and what comes before them is shared with the
/// other tensors that have the same there.
/// </summary>
public sealed class Shape
{
    internal Shape(Prefix node) => Node = node;

    /// <summary>How many dimensions there are, or null where that is not known.</summary>
    public int? Rank => Node.Leaf is { IsOpen: false } leaf ? leaf.Front.Count + Node.Ends.Count : null;

    /// <summary>The dimensions, or null where it is not known how many there are.</summary>
    public IReadOnlyList<Layout>? Dims => Node.Leaf is { IsOpen: false } leaf ? [.. leaf.Front, .. Node.Ends] : null;

    internal Prefix Node { get; }

    /// <summary>Whether it is a parameter, or one turned around: where it is masked it is zero.</summary>
    internal bool IsHeld { get; init; }

    /// <summary>Whether it is not zero where channels are masked: something was added to it.</summary>
    internal bool IsFilled { get; init; }

    /// <summary>The dimensions that are known: <c>[x.0[x.0], …, out[768]]</c>.</summary>
    public override string ToString()
    {
        var leaf = Node.Leaf;
        var front = leaf.IsOpen ? ["…"] : leaf.Front.Select(static dim => dim.ToString());

        return $"[{string.Join(", ", front.Concat(Node.Ends.Select(static dim => dim.ToString())))}]";
    }

    internal static Shape Of(params Layout[] dims) => new(new Prefix { Front = dims });
}

/// <summary>
/// Dimensions from the front: either those of <see cref="Base"/> and <see cref="Last"/>, or a leaf. An open leaf becomes the former when its last dimension is
/// asked for, and is closed when its rank becomes known, for everybody who shares it.
/// </summary>
internal sealed class Prefix
{
    /// <summary>What comes before <see cref="Last"/>; null for a leaf.</summary>
    public Prefix? Base { get; private set; }

    /// <summary>The last dimension; null for a leaf.</summary>
    public Layout? Last { get; private set; }

    /// <summary>The dimensions of a closed leaf.</summary>
    public IReadOnlyList<Layout> Front { get; set; } = [];

    /// <summary>Whether it is a leaf whose number of dimensions is not known.</summary>
    public bool IsOpen { get; set; }

    /// <summary>What the dimensions are called.</summary>
    public string Name { get; init; } = "x";

    /// <summary>An axis without slots that stands for what is known about dimensions that are not there yet.</summary>
    public Axis? Pattern { get; init; }

    /// <summary>The dimensions of an open leaf that were asked for by an index from the front.</summary>
    public List<Claim> Claims { get; private set; } = [];

    public Prefix Leaf => Base is null ? this : Base.Leaf;

    public IReadOnlyList<Layout> Ends => Base is null ? [] : [.. Base.Ends, Last!];

    public Prefix Append(Layout last) => new() { Base = this, Last = last };

    /// <summary>Makes the last dimension one of its own.</summary>
    public void Peel(Layout last)
    {
        Base = new Prefix { Front = [.. Front.Take(Front.Count - 1)], IsOpen = IsOpen, Name = Name, Pattern = Pattern, Claims = Claims };
        Last = last;
        (Front, IsOpen) = ([], false);
    }

    /// <summary>A dimension counted from the front while nobody knows how many there are.</summary>
    public sealed record Claim(int Index, Prefix Node, Axis Axis);
}
