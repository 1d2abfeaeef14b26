namespace CompressDsl.Flow;

/// <content>Tensors that are cut into parts and put together.</content>
public partial class Solver
{
    // As many as code may ask for, where it is not known how many there are.
    private const int Many = 64;

    /// <summary>The tensor cut into parts of one size.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="each">The size of a part.</param>
    /// <param name="dim">The dimension that is cut.</param>
    /// <param name="count">How many parts the code takes, where the sizes do not tell.</param>
    public Shape[] Split(Shape x, Size each, int dim = 0, int? count = null)
    {
        var whole = Normal(Dim(x, dim).Size);
        var parts = Size.DivideExactly(whole, Normal(each))?.Number ?? (whole.Number is not null && each.Number is not null ? null : count);

        return parts is { } number ? Split(x, [.. Enumerable.Repeat(each, (int)number)], dim) : Uncut(x, count ?? Many);
    }

    /// <summary>The tensor cut into parts of these sizes.</summary>
    public Shape[] Split(Shape x, Size[] sizes, int dim = 0)
    {
        var parts = Cut(x, sizes, dim);

        if (Normalise(x, dim) is { } fromEnd)
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                CheckSize(sizes[i], Dim(parts[i], fromEnd));
            }
        }

        return parts;
    }

    /// <summary>The tensor cut into so many equal parts.</summary>
    public Shape[] Chunk(Shape x, int count, int dim = 0)
    {
        var size = Normal(Dim(x, dim).Size);

        if (size.Number is { } number && number % count != 0)
        {
            return Uncut(x, count);
        }

        var parts = Cut(x, [.. Enumerable.Repeat(size / count, count)], dim);

        if (Normalise(x, dim) is { } fromEnd)
        {
            equalChecks.Add(([.. parts.Select(part => Dim(part, fromEnd))], At));
        }

        return parts;
    }

    /// <summary>Tensors one after the other along a dimension; the other dimensions are the same.</summary>
    public Shape Cat(Shape[] shapes, int dim = 0)
    {
        var rank = shapes.Select(static shape => shape.Rank).FirstOrDefault(static rank => rank is not null);

        if (rank is { } known)
        {
            foreach (var shape in shapes)
            {
                RequireRank(shape, known);
            }
        }

        if (shapes.Any(shape => shape.Rank != rank || Normalise(shape, dim) is null))
        {
            return Derive(PinKind.Ambiguous, RankUnknown, shapes);
        }

        var fromEnd = Normalise(shapes[0], dim)!.Value;
        var segments = Layout.ConcatOf([.. shapes.Select(shape => Dim(shape, fromEnd))]);

        // The dimension itself is nobody's concern while the others are unified.
        var others = shapes.Select(shape => Replace(shape, fromEnd)).ToArray();
        var result = others.Aggregate(Meet);

        return WithEnds(result, -fromEnd - 1, [segments, .. Ends(result, -fromEnd - 1)]);
    }

    private Shape Meet(Shape a, Shape b)
    {
        var count = Math.Max(a.Node.Ends.Count, b.Node.Ends.Count);

        for (var i = 1; i <= (a.Rank ?? count); i++)
        {
            if (!ReferenceEquals(a.Node, b.Node))
            {
                Unify(Dim(a, -i), Dim(b, -i));
            }
        }

        return a;
    }

    private Shape[] Uncut(Shape x, int count) => [.. Enumerable.Repeat(Ambiguous(x, "is cut into parts of which it is not known where they begin"), count)];

    private Shape[] Cut(Shape x, Size[] sizes, int dim)
    {
        if (Normalise(x, dim) is not { } fromEnd)
        {
            var result = Ambiguous(x);

            return [.. sizes.Select(_ => result)];
        }

        var parts = Cut(Dim(x, dim).Resolved, sizes);

        return [.. parts.Select(part => Replace(x, fromEnd, part))];
    }

    private Layout[] Cut(Layout layout, Size[] sizes)
    {
        if (sizes.Length == 1)
        {
            return [layout];
        }

        if (layout is Product product)
        {
            // The outermost factor is cut; a part of a single element of it is what lies within.
            var inner = Layout.ProductOf([.. product.Items.Skip(1)]);
            var outer = sizes.Select(size => Size.DivideExactly(Normal(size), Normal(inner.Size))).ToArray();

            if (outer.All(static size => size is not null))
            {
                if (outer.All(static size => size!.Number == 1))
                {
                    Pin(product.Items[0], PinKind.Mixed, "has its elements taken one by one");

                    return [.. outer.Select(_ => inner)];
                }

                return [.. Cut(product.Items[0], outer!).Select(part => (Layout)new Product([part, inner]))];
            }
        }

        var parts = sizes.Select(size => (Layout)NewAxis(size, "part")).ToArray();
        Unify(layout, new Concat(parts));

        return parts;
    }

    /// <summary>Cuts channels where a range begins and ends, and takes the part between; null for what is not cut: positions, and what is not known.</summary>
    private (IReadOnlyList<Layout> Before, Layout Taken)? Cut(Layout layout, Size start, Size length)
    {
        if (start.Number is not { } first || length.Number is not { } count || layout.Size.Number is not { } whole || first < 0 || count < 1 || first + count > whole
            || layout is not (Axis or Product) || !layout.Leaves.Any(static axis => axis.HasLayerSlots))
        {
            return null;
        }

        var after = layout.Size - start - length;
        Size[] sizes = [.. first > 0 ? [start] : (Size[])[], length, .. after.Number > 0 ? [after] : (Size[])[]];
        var parts = Cut(layout, sizes);

        return first > 0 ? ([parts[0]], parts[1]) : ([], parts[0]);
    }

    /// <summary>The segments of a concat that a range covers exactly, and those before it; or null.</summary>
    private static (IReadOnlyList<Layout> Before, Layout Taken)? Segments(Layout layout, Size start, Size length)
    {
        if (start.Number is not { } first || length.Number is not { } count)
        {
            return null;
        }

        List<Layout> before = [], taken = [];
        long end = 0;

        foreach (var segment in layout is Concat concat ? concat.Segments : [layout])
        {
            if (segment.Size.Number is not { } size)
            {
                return null;
            }

            end += size;
            (end <= first ? before : end <= first + count ? taken : []).Add(segment);
        }

        var fits = before.Sum(static segment => segment.Size.Number) == first && taken.Sum(static segment => segment.Size.Number) == count && taken.Count > 0;

        return fits ? (before, Layout.ConcatOf(taken)) : null;
    }
}
