using System.Diagnostics.CodeAnalysis;

namespace CompressDsl.Flow;

/// <content>Tensors that meet element by element.</content>
public partial class Solver
{
    private readonly List<(Layout First, Layout Second, object? At)> deferred = [];
    private readonly List<(Prefix First, Prefix Second, object? At)> links = [];

    /// <summary>
    /// The result of an element-wise function of several tensors, with broadcasting. Dimensions are aligned from the end; one of a single element gives way,
    /// and so does, where no parameters lie along it, one of a tensor from outside: masks and biases may have a single element there.
    /// </summary>
    public Shape Join(params Shape[] shapes)
    {
        var result = shapes[0];

        foreach (var shape in shapes.Skip(1))
        {
            result = new(Broadcast(result.Node, shape.Node, IsWhole(result) || IsWhole(shape)));
        }

        return shapes.Length == 1 ? result : Filled(result, shapes);
    }

    /// <summary>The result of an element-wise function of one tensor.</summary>
    public Shape Follow(Shape x) => x;

    /// <summary>What is either of two tensors: the two ways of a conditional, null where a way does not give one.</summary>
    [return: NotNullIfNotNull(nameof(a))]
    [return: NotNullIfNotNull(nameof(b))]
    public Shape? Either(Shape? a, Shape? b)
    {
        if (a is null || b is null || ReferenceEquals(a.Node, b.Node))
        {
            return a ?? b;
        }

        if (a.Rank is null && b.Rank is null && ReferenceEquals(a.Node.Leaf, b.Node.Leaf) && a.Node.Ends.Count == b.Node.Ends.Count)
        {
            return new(a.Node.Ends.Zip(b.Node.Ends, Either).Aggregate(a.Node.Leaf, static (node, dim) => node.Append(dim)));
        }

        RequireRank(a, b.Rank ?? a.Node.Ends.Count);
        RequireRank(b, a.Rank!.Value);

        return a.Rank == b.Rank ? Shape.Of([.. a.Dims!.Zip(b.Dims!, Either)]) : Ambiguous(a, b, "the ways of the conditional have different ranks");
    }

    /// <summary>What are either of several tensors each.</summary>
    [return: NotNullIfNotNull(nameof(a))]
    [return: NotNullIfNotNull(nameof(b))]
    public Shape[]? Either(Shape[]? a, Shape[]? b)
        => a is null || b is null ? a ?? b
            : a.Length == b.Length ? [.. a.Zip(b, Either)!]
            : [Derive(PinKind.Ambiguous, "the ways of the conditional give different numbers of tensors", [.. a, .. b])];

    /// <summary>What is either of two pairs.</summary>
    public (Shape, Shape) Either((Shape, Shape) a, (Shape, Shape) b) => (Either(a.Item1, b.Item1)!, Either(a.Item2, b.Item2)!);

    /// <summary>What is either of two triples.</summary>
    public (Shape, Shape, Shape) Either((Shape, Shape, Shape) a, (Shape, Shape, Shape) b)
        => (Either(a.Item1, b.Item1)!, Either(a.Item2, b.Item2)!, Either(a.Item3, b.Item3)!);

    /// <summary>Whether two tensors are known to have the same dimensions.</summary>
    internal static bool AreSame(Shape a, Shape b)
        => ReferenceEquals(a.Node, b.Node)
            || ReferenceEquals(a.Node.Leaf, b.Node.Leaf) && AreSame(a.Node.Ends, b.Node.Ends)
            || a.Dims is { } left && b.Dims is { } right && AreSame(left, right);

    private static bool AreSame(IReadOnlyList<Layout> a, IReadOnlyList<Layout> b) => a.Count == b.Count && a.Zip(b, static (x, y) => Layout.Same(x.Resolved, y.Resolved)).All(static same => same);

    private Shape Ambiguous(Shape a, Shape b, string reason) => Derive(PinKind.Ambiguous, reason, a, b);

    private Layout Either(Layout a, Layout b)
    {
        (a, b) = (a.Resolved, b.Resolved);

        // Heads that the one way repeats (by one, where it does not).
        if (!Repeats(a, b) && !Repeats(b, a))
        {
            Unify(a, b);
        }

        return Repeats(b, a) ? b : a;
    }

    private static bool Repeats(Layout whole, Layout part)
        => whole is Product { Items: [var first, _] } && ReferenceEquals(first, part) || whole is Product { Items: [_, var last] } && ReferenceEquals(last, part);

    // A tensor of so many dimensions is not a bias: what it meets has no more.
    private static bool IsWhole(Shape x) => x.Dims is { Count: >= 3 } dims && !dims[0].IsOne;

    private Prefix Broadcast(Prefix a, Prefix b, bool isWhole)
    {
        if (ReferenceEquals(a, b))
        {
            return a;
        }

        if (a.Base is null && !Peelable(a) || b.Base is null && !Peelable(b))
        {
            return a.Leaf.IsOpen && a.Base is null ? BroadcastOpen(a, b, isWhole)
                : b.Leaf.IsOpen && b.Base is null ? BroadcastOpen(b, a, isWhole)
                : a.Base is null && !Peelable(a) ? b : a;
        }

        // The dimensions of an open tensor are asked for where the other one has some.
        _ = Peel(a) && Peel(b);
        var last = Broadcast(a.Last!, b.Last!);
        var before = Broadcast(a.Base!, b.Base!, isWhole);

        return ReferenceEquals(before, a.Base) && ReferenceEquals(last, a.Last!.Resolved) ? a
            : ReferenceEquals(before, b.Base) && ReferenceEquals(last, b.Last!.Resolved) ? b
            : before.Append(last);
    }

    private static bool Peelable(Prefix leaf) => leaf.Front.Count > 0;

    private Prefix BroadcastOpen(Prefix open, Prefix other, bool isWhole)
    {
        if (ReferenceEquals(other.Leaf, open))
        {
            return other;
        }

        if (other.Base is not null || Peelable(other))
        {
            _ = Peel(open) && Peel(other);
            var last = Broadcast(open.Last!, other.Last!);

            return Broadcast(open.Base!, other.Base!, isWhole) is var before && ReferenceEquals(before, other.Base) && ReferenceEquals(last, other.Last!.Resolved)
                ? other
                : before.Append(last);
        }

        if (!other.IsOpen)
        {
            return isWhole ? other : open;
        }

        links.Add((open, other, At));

        return open.Pattern!.IsOutside && !other.Pattern!.IsOutside ? other : open;
    }

    private Layout Broadcast(Layout a, Layout b)
    {
        (a, b) = (a.Resolved, b.Resolved);

        if (ReferenceEquals(a, b) || b.IsOne)
        {
            return a;
        }

        if (a.IsOne)
        {
            return b;
        }

        if (IsNeutral(a) || IsNeutral(b))
        {
            deferred.Add((a, b, At));

            return IsNeutral(a) ? b : a;
        }

        Unify(a, b);

        return a.Resolved;
    }

    /// <summary>Whether nothing but tensors from outside, along whose dimensions no parameters lie, has it.</summary>
    private static bool IsNeutral(Layout layout) => layout.Leaves.All(static axis => (axis.IsOutside || axis.IsDerived) && !HasChannels(axis, []));

    private static bool HasChannels(Axis axis, HashSet<Axis> seen)
        => axis.HasSlots
            || axis.IsLost
            || seen.Add(axis) && axis.Sources.Any(source => source.Node.Ends.Concat(source.Node.Leaf.Front).SelectMany(static dim => dim.Leaves)
                .Any(leaf => HasChannels(leaf, seen)));
}
