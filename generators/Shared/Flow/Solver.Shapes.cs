namespace CompressDsl.Flow;

/// <content>Where shapes come from, and their dimensions.</content>
public partial class Solver
{
    private const string RankUnknown = "the rank of the tensor is not known here; count the dimension from the end (-1)";

    private readonly Dictionary<string, Shape> inputs = [];

    // What x.shape[i] was read of what: the same symbol every time.
    private readonly Dictionary<Layout, Size> sizes = [];

    /// <summary>A tensor that is passed in: any number of dimensions, unless <see cref="Ranks"/> says how many, of any size.</summary>
    public Shape Input(string name)
    {
        if (inputs.TryGetValue(name, out var known))
        {
            return known;
        }

        var shape = Outside(name);
        inputs.Add(name, shape);

        if (Ranks.TryGetValue(name, out var rank))
        {
            RequireRank(shape, rank);
        }

        return shape;
    }

    private Shape Outside(string name)
    {
        var pattern = NewAxis(null, name);
        pattern.IsOutside = true;
        pattern.Hold(new(PinKind.Outside, $"'{name}' comes from outside", At));

        return OpenShape(name, pattern);
    }

    /// <summary>A tensor that is made in the code, of sizes that the code gives.</summary>
    public Shape Known(params Size[] sizes)
    {
        if (AreMany(sizes))
        {
            return Constant();
        }

        if (sizes.Length > 0 && sizes[0].Symbol?.Leading is { } leading)
        {
            return new(Known([.. sizes.Skip(1)]).Dims!.Aggregate(leading, static (prefix, dim) => prefix.Append(dim)));
        }

        var dims = sizes.Select(size => size.Symbol?.Layout ?? NewAxis(size, "made")).ToArray();

        for (var i = 0; i < sizes.Length; i++)
        {
            CheckSize(sizes[i], dims[i]);
        }

        return Shape.Of(dims);
    }

    /// <summary>A parameter or buffer that the code uses directly.</summary>
    public Shape Parameter(object owner, string name, SlotRole role, params Size[] sizes)
    {
        var dims = sizes.Select((size, dim) => SlotAxis(owner, name, dim, role, size)).ToArray();

        return new(Shape.Of(dims).Node) { IsHeld = true };
    }

    /// <summary>A dimension; negative ones count from the end.</summary>
    /// <remarks>One that is not there is an axis of its own, pinned.</remarks>
    public Layout Dim(Shape x, int dim) => (dim < 0 ? FromEnd(x.Node, -dim) : FromFront(x, dim)) ?? Missing(x, dim);

    /// <summary>The size of a dimension as code reads it, <c>x.shape[dim]</c>: it changes with the dimension.</summary>
    public Size SizeAt(Shape x, int dim) => SizeAt(Dim(x, dim).Resolved);

    /// <summary>The result of an operation that is not understood: pins its arguments and everything it is joined with, unless no channels enter it.</summary>
    /// <param name="what">The operation, as the user should read it.</param>
    /// <param name="shapes">Its arguments.</param>
    public Shape Unknown(string what, params Shape?[] shapes) => Derive(PinKind.Unknown, $"goes into {what}, which hides the channels", [.. shapes.OfType<Shape>()]);

    /// <summary>The result of an operation that is not understood on as many tensors as there are.</summary>
    public Shape Unknown(string what, IEnumerable<Shape> shapes) => Unknown(what, [.. shapes]);

    /// <summary>A tensor that was put where it cannot be followed, and comes back from there: what it meets must keep its size.</summary>
    /// <param name="what">The place, as the user should read it.</param>
    public Shape Lost(string what)
    {
        var pattern = NewAxis(null, "lost");
        pattern.Hold(new(PinKind.Unknown, $"meets what comes out of {what}, which hides the channels", At));
        pattern.IsLost = true;

        return OpenShape("lost", pattern);
    }

    /// <summary>The result of something that happens where nobody looks: as <see cref="Unknown(string, Shape?[])"/>, but not held against the code.</summary>
    public Shape Hidden(params Shape[] shapes) => Derive(PinKind.Hidden, "is used where the compiler cannot look", shapes);

    /// <summary>Says that tensors are returned, so that their sizes must stay.</summary>
    public void Return(params Shape[] shapes)
    {
        foreach (var shape in shapes)
        {
            Pin(shape, PinKind.Returned, "is returned");

            MarkReturned(shape, []);

            // The result of something that is not understood, as it is.
            foreach (var source in shape.Node is { Base: null, IsOpen: true, Pattern: { IsDerived: true } pattern } ? pattern.Sources : [])
            {
                MarkReturned(source, []);
            }
        }
    }

    // With what came out of something that is not understood goes what went in.
    private static void MarkReturned(Shape shape, HashSet<Axis> seen)
    {
        foreach (var axis in AxesOf(shape))
        {
            axis.IsReturned = true;

            foreach (var source in axis.IsDerived && seen.Add(axis) ? axis.Sources : [])
            {
                MarkReturned(source, seen);
            }
        }
    }

    private readonly List<Prefix.Claim> claimed = [];

    private static Shape OpenShape(string name, Axis pattern) => new(new Prefix { IsOpen = true, Name = name, Pattern = pattern });

    private Shape Ambiguous(Shape x, string reason = RankUnknown) => Derive(PinKind.Ambiguous, reason, x);

    private Shape Derive(PinKind kind, string reason, params Shape[] shapes)
    {
        foreach (var shape in shapes)
        {
            Touch(shape);
            Pin(shape, kind, reason);
        }

        var pattern = NewAxis(null, "result");
        (pattern.IsDerived, pattern.Sources) = (true, shapes);
        pattern.IsLost = shapes.Any(static shape => AxesOf(shape).Any(static axis => axis.IsLost) || shape.Node.Leaf.Pattern is { IsLost: true });
        pattern.Hold(new(kind, reason, At));
        Doubts += kind == PinKind.Ambiguous ? 1 : 0;

        return OpenShape("result", pattern);
    }

    // An open tensor may have its channels in a dimension that nobody has asked for yet.
    private void Touch(Shape x) => _ = FromEnd(x.Node, 1);

    private Axis Missing(Shape x, int dim)
    {
        var axis = NewAxis(null, "missing");
        Doubts++;
        Pin(axis, PinKind.Ambiguous, $"a tensor of {x.Rank} dimensions has no dimension {dim}");

        return axis;
    }

    private Size SizeAt(Layout layout)
    {
        if (layout is Product product)
        {
            return product.Items.Aggregate(Size.One, (size, item) => size * SizeAt(item));
        }

        if (!sizes.TryGetValue(layout, out var known))
        {
            known = layout is Axis axis && (axis.IsOne || IsOwnSymbol(axis))
                ? axis.OwnSize
                : new SizeSymbol(layout.Size.ToString(), layout.Size.Number) { Layout = layout, Where = At };
            sizes.Add(layout, known);
        }

        return known;
    }

    private Axis NewLike(Axis pattern, string name)
    {
        var axis = NewAxis(null, name);
        axis.Inherit(pattern);

        return axis;
    }

    /// <summary>A dimension of a tensor's data or positions: no channels.</summary>
    private Axis NewPosition(Size? size, string name = "position")
    {
        var axis = NewAxis(size, name);
        Pin(axis, PinKind.Mixed, "is a position");

        return axis;
    }

    private Layout? FromEnd(Prefix node, int index)
    {
        var before = Before(node, index - 1);

        return before is not null && Peel(before) ? before.Last : null;
    }

    /// <summary>What comes before the last dimensions; null where there are not so many.</summary>
    private Prefix? Before(Prefix node, int ends)
    {
        for (; ends > 0; ends--)
        {
            if (!Peel(node))
            {
                return null;
            }

            node = node.Base!;
        }

        return node;
    }

    // Makes sure that there is a last dimension.
    private bool Peel(Prefix node)
    {
        if (node.Base is null && (node.IsOpen || node.Front.Count > 0))
        {
            node.Peel(node.IsOpen ? NewLike(node.Pattern!, $"{node.Name}[-1]") : node.Front[node.Front.Count - 1]);
        }

        return node.Base is not null;
    }

    // Of a tensor of which it has never become known how many dimensions it has.
    private void CheckClaims()
    {
        foreach (var claim in claimed.Where(static claim => claim.Node.Leaf is { IsOpen: true, Pattern: not null }))
        {
            claim.Axis.Inherit(claim.Node.Leaf.Pattern!);
        }
    }

    private Layout? FromFront(Shape x, int dim)
    {
        var leaf = x.Node.Leaf;

        if (!leaf.IsOpen)
        {
            return x.Dims!.ElementAtOrDefault(dim);
        }

        // The first dimension is shared by all; a later one may be the last of the tensor that was asked.
        var claim = leaf.Claims.FirstOrDefault(claim => claim.Index == dim && (dim == 0 || ReferenceEquals(claim.Node, x.Node)));

        if (claim is null)
        {
            // It may be one of the dimensions at the end, which are not from outside.
            leaf.Claims.Add(claim = new(dim, x.Node, dim > 0 && x.Node.Base is not null ? NewAxis(null, $"{leaf.Name}[{dim}]") : NewLike(leaf.Pattern!, $"{leaf.Name}[{dim}]")));
            claimed.Add(claim);
        }

        return claim.Axis;
    }

    /// <summary>Closes an open tensor of this rank.</summary>
    private void RequireRank(Shape x, int rank)
    {
        if (x.Rank is null)
        {
            Close(x.Node.Leaf, Math.Max(0, rank - x.Node.Ends.Count));
        }
    }

    private void Close(Prefix leaf, int count)
    {
        var claims = leaf.Claims.ToArray();
        leaf.Front = [.. Enumerable.Range(0, count).Select(i => claims.FirstOrDefault(claim => claim.Index == i)?.Axis ?? NewLike(leaf.Pattern!, $"{leaf.Name}[{i}]"))];
        leaf.IsOpen = false;
        leaf.Claims.Clear();

        foreach (var claim in claims.Where(claim => claim.Index < count))
        {
            claim.Axis.Inherit(leaf.Pattern!);
        }

        foreach (var claim in claims)
        {
            Unify(claim.Axis, Dim(new Shape(claim.Node), claim.Index));
        }
    }

    /// <summary>The tensor with its last dimensions replaced.</summary>
    private Shape WithEnds(Shape x, int count, params Layout[] ends)
        => new(ends.Aggregate(Before(x.Node, count) ?? Shape.Of().Node, static (node, end) => node.Append(end)));

    /// <summary>The dimension as an index from the end, -1 for the last, or from the front where it is known; null where it is neither.</summary>
    private static int? Normalise(Shape x, int dim) => x.Rank is not { } rank ? dim < 0 ? dim : null : dim >= -rank && dim < rank ? dim < 0 ? dim : dim - rank : null;

    /// <summary>The tensor with one dimension replaced by others.</summary>
    private Shape Replace(Shape x, int fromEnd, params Layout[] dims)
    {
        _ = FromEnd(x.Node, -fromEnd);
        var ends = x.Node.Ends;

        return WithEnds(x, -fromEnd, [.. dims, .. ends.Skip(ends.Count + fromEnd + 1)]);
    }
}
