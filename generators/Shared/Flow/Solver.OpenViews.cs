namespace CompressDsl.Flow;

/// <content>Views of tensors of which it is not known how many dimensions they have.</content>
public partial class Solver
{
    /// <summary>The sizes of some of a tensor's dimensions, <c>x.shape[start..stop]</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="start">The first dimension.</param>
    /// <param name="stop">The dimension after the last; both count from the end where they are negative, and 0 stops at the end where <paramref name="isStopFromEnd"/> says so.</param>
    /// <param name="isStopFromEnd">Whether the stop counts from the end.</param>
    /// <returns>The sizes; one that stands for all of them where it is not known how many they are; none where nobody can tell.</returns>
    public Size[] SizesBetween(Shape x, int start, int stop, bool isStopFromEnd)
    {
        if (x.Rank is { } rank)
        {
            var (from, to) = (start < 0 ? start + rank : start, isStopFromEnd ? rank + stop : stop);

            return [.. Enumerable.Range(0, rank).Where(dim => dim >= from && dim < to).Select(dim => SizeAt(x, dim))];
        }

        if (start < 0 && isStopFromEnd || start >= 0 && !isStopFromEnd)
        {
            return [.. Enumerable.Range(start, Math.Max(0, stop - start)).Select(dim => SizeAt(x, dim))];
        }

        return start == 0 && Before(x.Node, -stop) is { } before ? [new SizeSymbol("the sizes before") { Leading = before }] : UnknownSizes();
    }

    private static bool AreMany(IEnumerable<Size> sizes) => sizes.Any(static size => size.Symbol is { IsMany: true });

    // Before the dimensions that are viewed come others that stay.
    private Shape ViewBehind(Shape x, Prefix leading, Size[] sizes)
    {
        if (!leading.Leaf.IsOpen)
        {
            return View(x, [.. Enumerable.Range(0, new Shape(leading).Rank!.Value).Select(dim => SizeAt(new Shape(leading), dim)), .. sizes]);
        }

        var count = 0;

        for (var node = x.Node; node is not null; node = node.Base, count++)
        {
            if (ReferenceEquals(node, leading))
            {
                return count > 0 && View(Shape.Of([.. Ends(x, count)]), sizes).Dims is { } dims ? new(dims.Aggregate(leading, static (prefix, dim) => prefix.Append(dim))) : Ambiguous(x);
            }
        }

        return Ambiguous(x);
    }

    /// <summary>The dimensions of what is viewed; where the rank is not known it follows from the sizes, or null.</summary>
    private IReadOnlyList<Layout>? DimsFor(Shape x, Size[] sizes)
    {
        if (x.Dims is { } known)
        {
            return known;
        }

        var leaf = x.Node.Leaf;
        var anchored = 0;

        // Leading sizes that are x.shape[i] of a tensor with the same dimensions there.
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i].Symbol?.Layout is { } layout && leaf.Claims.Any(claim => claim.Index == i && ReferenceEquals(claim.Axis, layout)))
            {
                anchored = i + 1;
            }
        }

        if (anchored < Math.Min(2, sizes.Length) && sizes[anchored].IsRest)
        {
            // The -1 takes all that nobody knows: the positions of a batch, or everything.
            return [.. Enumerable.Range(0, anchored).Select(i => Dim(x, i)), NewLike(leaf.Pattern!, "rest"), .. x.Node.Ends];
        }

        if (anchored == 0)
        {
            var ends = SizeOf(x.Node.Ends);
            var last = Enumerable.Range(1, sizes.Length).FirstOrDefault(count => SameSize(sizes.Skip(sizes.Length - count).Aggregate(Size.One, static (a, b) => a * b), ends));

            if (last == 0 || x.Node.Ends.Count == 0)
            {
                return null;
            }

            anchored = sizes.Length - last;
        }

        Close(leaf, Math.Max(0, anchored - Unviewed(x.Node.Ends, [.. sizes.Skip(anchored)])));

        return x.Dims;
    }

    // Of the dimensions at the end, how many stand among those that the view leaves as they are: the last ones fit what it says of the rest.
    private static int Unviewed(IReadOnlyList<Layout> ends, Size[] rest)
    {
        for (var taken = 1; taken < ends.Count && rest.Length > 0; taken++)
        {
            var whole = SizeOf(ends.Skip(ends.Count - taken));

            if (whole.Number is not null && (rest.Any(static size => size.IsRest) ? Size.DivideExactly(Normal(whole), Normal(Whole(rest))) is not null : SameSize(whole, Whole(rest))))
            {
                return ends.Count - taken;
            }
        }

        return 0;
    }
}
