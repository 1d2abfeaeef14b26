namespace CompressDsl.Flow;

/// <content>Views that split and merge dimensions.</content>
public partial class Solver
{
    private readonly List<(Size Size, Layout Layout, object? At)> sizeChecks = [];
    private readonly List<(IReadOnlyList<Layout> Layouts, object? At)> equalChecks = [];
    private readonly List<Misfit> misfits = [];

    // Whether a view pairs positions with sizes that may be others.
    private bool arePaired;

    /// <summary>Views of another number of elements than there are.</summary>
    public IReadOnlyList<Misfit> Misfits => misfits;

    /// <summary>Where a size stands that code says; null where that is not known.</summary>
    public Func<Size, object?>? PlaceOf { get; init; }

    /// <summary>The tensor with other dimensions, of the same elements in the same order: <c>view</c>, <c>reshape</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="sizes">The sizes as the code gives them; at most one is -1.</param>
    public Shape View(Shape x, params Size[] sizes)
    {
        if (sizes.Length == 0)
        {
            return Shape.Of();
        }

        if (AreMany(sizes))
        {
            return Ambiguous(x, "is viewed with sizes of which it is not known how many they are");
        }

        if (sizes[0].Symbol?.Leading is { } leading)
        {
            return ViewBehind(x, leading, [.. sizes.Skip(1)]);
        }

        if (DimsFor(x, sizes) is not { } dims)
        {
            var result = Ambiguous(x);
            RequireRank(result, sizes.Length);

            return result;
        }

        if (SizeOf(dims).Number is { } whole && sizes.Aggregate(Size.One, static (product, size) => product * size).Number is > 0 and var said && whole != said)
        {
            misfits.Add(new(SizeOf(dims), sizes, At));
        }

        (inView, arePaired) = (true, false);
        var targets = Match([.. dims], [.. sizes]);
        inView = false;

        for (var i = 0; i < sizes.Length; i++)
        {
            if (!sizes[i].IsRest)
            {
                CheckSize(sizes[i], targets[i]);
            }
        }

        return TurnedAround(x, Shape.Of(targets));
    }

    /// <summary>The tensor with the dimensions of another.</summary>
    public Shape ViewAs(Shape x, Shape y)
        => y.Dims is { } dims ? View(x, [.. dims.Select((_, i) => SizeAt(y, i))]) : ReferenceEquals(x.Node, y.Node) ? x : Ambiguous(x, y, RankUnknown);

    /// <summary>The tensor with a range of dimensions merged into one.</summary>
    public Shape Flatten(Shape x, int start = 0, int end = -1)
    {
        if (x.Dims is { } dims)
        {
            var (from, to) = (start < 0 ? start + dims.Count : start, end < 0 ? end + dims.Count : end);

            return from < 0 || to >= dims.Count || from > to ? Ambiguous(x, $"a tensor of {dims.Count} dimensions has none from {start} to {end}")
                : Shape.Of([.. dims.Take(from), Layout.ProductOf([.. dims.Skip(from).Take(to - from + 1)]), .. dims.Skip(to + 1)]);
        }

        if (start < 0 && end < 0)
        {
            var ends = Ends(x, -start);

            return WithEnds(x, -start, [Layout.ProductOf([.. ends.Take(end - start + 1)]), .. ends.Skip(end - start + 1)]);
        }

        if (start is 0 or 1 && end < 0)
        {
            // The dimensions that nobody knows become one, and with it those at the end.
            var ends = Ends(x, Math.Max(-end - 1, x.Node.Ends.Count));
            var merged = Layout.ProductOf([NewLike(x.Node.Leaf.Pattern!, "rest"), .. ends.Take(ends.Count + end + 1)]);

            return Shape.Of([.. start == 0 ? [] : (Layout[])[Dim(x, 0)], merged, .. ends.Skip(ends.Count + end + 1)]);
        }

        return Ambiguous(x);
    }

    /// <summary>The tensor with a dimension split; at most one size is -1.</summary>
    public Shape Unflatten(Shape x, int dim, params Size[] sizes)
    {
        if (Normalise(x, dim) is not { } fromEnd)
        {
            return Ambiguous(x);
        }

        (inView, arePaired) = (true, false);
        var parts = SplitItems([Dim(x, dim)], sizes);
        inView = false;

        for (var i = 0; i < sizes.Length; i++)
        {
            if (!sizes[i].IsRest)
            {
                CheckSize(sizes[i], parts[i]);
            }
        }

        return Replace(x, fromEnd, parts);
    }

    /// <summary>Remembers that code says a size for what a layout turns out to be.</summary>
    private void CheckSize(Size size, Layout layout) => sizeChecks.Add((size, layout, PlaceOf?.Invoke(size) ?? At));

    private IReadOnlyList<Layout> Ends(Shape x, int count)
    {
        _ = Before(x.Node, count);
        var ends = x.Node.Ends;

        return [.. ends.Skip(ends.Count - count)];
    }

    /// <summary>What lies along each of the sizes. Equal sizes at either end are the same dimension; between them come the smallest groups of equal products.</summary>
    private Layout[] Match(List<Layout> dims, List<Size> targets)
    {
        var rest = targets.FindIndex(static target => target.IsRest);

        if (rest >= 0 && Size.DivideExactly(Normal(SizeOf(dims)), Normal(Whole(targets))) is { } left)
        {
            targets[rest] = left;
        }

        List<Layout> first = [], last = [];

        while (Group(dims, targets, fromEnd: false) is { } group)
        {
            first.AddRange(Take(dims, targets, group, fromEnd: false));
        }

        while (Group(dims, targets, fromEnd: true) is { } group)
        {
            last.InsertRange(0, Take(dims, targets, group, fromEnd: true));
        }

        return [.. first, .. Middle(dims, targets), .. last];
    }

    // Dimensions and sizes that no number tells apart: one of either side, or positions in pairs.
    private Layout[] Middle(List<Layout> dims, List<Size> targets)
    {
        if (targets.Count == 0 || dims.Count == 0)
        {
            dims.ForEach(dim => Pin(dim, PinKind.Ambiguous, "a dimension vanishes in a view"));

            return [.. targets.Select(target => NewAxis(target.IsRest ? 1 : target, "view"))];
        }

        if (targets.Count == 1)
        {
            return [Layout.ProductOf([.. dims])];
        }

        if (dims.Count > 1 && IsPosition(dims[0]) && (targets[0].IsRest || targets[0].Number is null))
        {
            var position = dims[0];
            arePaired |= !SameSize(position.Size, targets[0]);
            dims.RemoveAt(0);
            targets.RemoveAt(0);

            return [position, .. Middle(dims, targets)];
        }

        return SplitItems(dims, targets);
    }

    private static bool IsPosition(Layout dim) => dim.Size.Number is null && !dim.Leaves.Any(static axis => axis.HasSlots);

    /// <summary>The smallest numbers of dimensions and of sizes, from an end, whose products are the same; null where there are none.</summary>
    private static (int Dims, int Targets)? Group(List<Layout> dims, List<Size> targets, bool fromEnd)
    {
        var (d, t) = (0, 0);
        Size dimSize = 1, targetSize = 1;

        while (true)
        {
            // What is smaller takes the next one.
            var takesDim = d == 0 || t > 0 && Size.DivideExactly(Normal(targetSize), Normal(dimSize)) is not null;

            if (takesDim ? d == dims.Count : t == targets.Count)
            {
                // Dimensions and sizes of one element may be left over.
                return null;
            }

            if (takesDim)
            {
                dimSize *= dims[fromEnd ? dims.Count - 1 - d : d].Size;
                d++;
            }
            else
            {
                var target = targets[fromEnd ? targets.Count - 1 - t : t];
                t++;

                if (target.IsRest)
                {
                    return null;
                }

                targetSize *= target;
            }

            if (t > 0 && SameSize(dimSize, targetSize))
            {
                return (d, t);
            }

            if (t > 0 && Size.DivideExactly(Normal(targetSize), Normal(dimSize)) is null && Size.DivideExactly(Normal(dimSize), Normal(targetSize)) is null)
            {
                return null;
            }
        }
    }

    private Layout[] Take(List<Layout> dims, List<Size> targets, (int Dims, int Targets) group, bool fromEnd)
    {
        var (d, t) = fromEnd ? (dims.Count - group.Dims, targets.Count - group.Targets) : (0, 0);
        var (taken, sizes) = (dims.GetRange(d, group.Dims), targets.GetRange(t, group.Targets));
        dims.RemoveRange(d, group.Dims);
        targets.RemoveRange(t, group.Targets);

        return SplitItems(taken, sizes);
    }

    /// <summary>Splits the product of layouts into parts of these sizes.</summary>
    private Layout[] SplitItems(IReadOnlyList<Layout> items, IReadOnlyList<Size> sizes)
    {
        if (sizes.Count == 1)
        {
            return [Layout.ProductOf(items)];
        }

        var whole = Layout.ProductOf(items);

        if (!arePaired && whole.Size.Number is { } count && sizes.Any(size => !Divides(size, count)))
        {
            misfits.Add(new(whole.Size, [.. sizes], At));
        }

        var rest = sizes.Select(static size => size.IsRest).ToList().IndexOf(true);
        var parts = sizes.Select((size, i) => (Layout)NewAxis(i == rest ? Normal(whole.Size) / Whole(sizes) : size, "part")).ToArray();
        Unify(whole, Layout.ProductOf([.. parts]));

        return parts;
    }

    // A number or a member that does not divide what it is to cut.
    private static bool Divides(Size size, long whole)
        => size.IsRest || (size.Number is null or 0 || whole % size.Number == 0) && size.Powers.All(power => power is not { Value: > 0, Key: { Layout: null, Value: > 0 and var value } } || whole % value == 0);

    // The product of the sizes but for the -1.
    private static Size Whole(IReadOnlyList<Size> sizes) => sizes.Where(static size => !size.IsRest).Aggregate(Size.One, static (a, b) => a * b);
}
