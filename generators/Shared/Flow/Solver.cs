namespace CompressDsl.Flow;

/// <summary>
/// Finds out which dimensions of which parameters are the same channels. It is told what a forward pass does, with shapes in place of tensors, and unifies
/// the layouts that meet; <see cref="Finish"/> says what came of it.
/// </summary>
public partial class Solver
{
    private readonly List<Slot> slots = [];
    private readonly Dictionary<(object Owner, string Parameter, int Dim), Layout> slotLayouts = [];
    private readonly List<Disagreement> disagreements = [];
    private readonly HashSet<Prefix> indices = [];
    private int axes;

    // A view that cannot be followed is ambiguous, not a disagreement.
    private bool inView;

    /// <summary>The place in the code that is being followed: what pins remember.</summary>
    public object? At { get; set; }

    /// <summary>How many dimensions tensors have that are passed in, by name, as far as that is taken for granted.</summary>
    public IReadOnlyDictionary<string, int> Ranks { get; init; } = new Dictionary<string, int>();

    /// <summary>The tensors that are passed in and of which it is not known how many dimensions they have.</summary>
    public IReadOnlyList<string> OpenInputs => [.. inputs.Where(static input => input.Value.Rank is null).Select(static input => input.Key)];

    /// <summary>How often the code made no sense: dimensions that are not there, or that nobody can tell, sizes that do not fit.</summary>
    public int Doubts { get; private set; }

    /// <summary>Whether one round of a loop stood for all, so that what comes after it may not fit what comes before.</summary>
    internal bool IsFolded { get; set; }

    /// <summary>The tensors that are passed in and are tokens or other indices of a table.</summary>
    public IReadOnlyList<string> IndexInputs => [.. inputs.Where(input => indices.Contains(input.Value.Node.Leaf)).Select(static input => input.Key)];

    /// <summary>How many dimensions of layers' parameters lie along what comes from outside.</summary>
    internal int OutsideSlots => slots.Count(static slot => slot.Role != SlotRole.Other && slot.Layout.Leaves.Any(static axis => axis.IsOutside));

    /// <summary>How many dimensions of layers' parameters must keep their size, for other reasons than that they are others' too.</summary>
    internal int PinnedSlots => slots.Count(static slot => slot.Layout.Leaves.Any(static axis => axis.Pin is { Kind: not (PinKind.Outside or PinKind.Returned) }));

    /// <summary>How many dimensions that come from outside are split into several.</summary>
    internal int OutsideSplits { get; private set; }

    /// <summary>The dimensions of parameters that layouts lie along, in the order of their first use.</summary>
    public IReadOnlyList<Slot> Slots => slots;

    /// <summary>The layouts that met and cannot be the same, in order.</summary>
    public IReadOnlyList<Disagreement> Disagreements => disagreements;

    /// <summary>The canonical form: bindings followed, nested products and concats flattened, axes of one element dropped from products.</summary>
    public static Layout Resolve(Layout layout) => layout.Resolved;

    /// <summary>How many elements a layout has.</summary>
    public static Size SizeOf(Layout layout) => layout.Size;

    /// <summary>A new axis.</summary>
    /// <param name="size">Its size; null makes it a symbol of its own.</param>
    /// <param name="name">What it is for.</param>
    public Axis NewAxis(Size? size, string name) => new(axes++, name, size);

    /// <summary>Says that a layout lies along a dimension of a parameter; a second time for the same dimension, that both layouts are the same.</summary>
    public void AddSlot(object owner, string parameter, int dim, SlotRole role, Layout layout)
    {
        if (slotLayouts.TryGetValue((owner, parameter, dim), out var known))
        {
            Unify(known, layout);

            return;
        }

        slotLayouts.Add((owner, parameter, dim), layout);
        slots.Add(new(owner, parameter, dim, role, layout));

        foreach (var axis in layout.Leaves)
        {
            axis.HasSlots = true;
            axis.HasLayerSlots |= role != SlotRole.Other;
        }
    }

    /// <summary>Pins every axis of a layout.</summary>
    public void Pin(Layout layout, PinKind kind, string reason)
    {
        foreach (var axis in layout.Leaves)
        {
            axis.Hold(new(kind, reason, At));
        }
    }

    /// <summary>Pins every axis of the dimensions that are known.</summary>
    public void Pin(Shape shape, PinKind kind, string reason)
    {
        foreach (var dim in shape.Node.Ends.Concat(shape.Node.Leaf.Front))
        {
            Pin(dim, kind, reason);
        }
    }

    /// <summary>Says that two layouts are the same, outside axes and all.</summary>
    public void Unify(Layout a, Layout b)
    {
        (a, b) = (a.Resolved, b.Resolved);

        if (ReferenceEquals(a, b))
        {
            return;
        }

        switch (a, b)
        {
            case (Axis left, Axis right):
                UnifyAxes(left, right);
                break;
            case (Axis axis, _):
                Bind(axis, b);
                break;
            case (_, Axis axis):
                Bind(axis, a);
                break;
            case (Product left, Product right):
                UnifyItems([.. left.Items], [.. right.Items]);
                break;
            case (Concat left, Concat right):
                UnifySegments([.. left.Segments], [.. right.Segments]);
                break;
            default:
                Disagree(a, b, "are laid out differently where they meet");
                break;
        }
    }

    /// <summary>Whether two sizes are the same, as monomials or by their values.</summary>
    internal static bool SameSize(Size a, Size b)
        => a == b || (a.Number is { } number ? b.Number == number : b.Number is null && Normal(a) == Normal(b));

    private static bool Differ(Size a, Size b) => a.Number is { } number && b.Number is { } other && number != other;

    // x.shape[i] is whatever that dimension turned out to be.
    private static Size Normal(Size size)
        => size.Substitute(static symbol => symbol.Layout is { } layout && layout.Size.Powers.All(power => power.Key != symbol) ? layout.Size : symbol);

    private static Size SizeOf(IEnumerable<Layout> items) => items.Aggregate(Size.One, static (size, item) => size * item.Size);

    private void UnifyAxes(Axis a, Axis b)
    {
        if (Differ(a.OwnSize, b.OwnSize))
        {
            Disagree(a, b, $"have {a.OwnSize.Number} and {b.OwnSize.Number} elements where they meet");

            return;
        }

        var (root, other) = a.Id < b.Id ? (a, b) : (b, a);

        if (root.OwnSize.Number is null && (other.OwnSize.Number is not null || IsOwnSymbol(root) && !IsOwnSymbol(other)))
        {
            root.OwnSize = other.OwnSize;
        }

        root.Inherit(other);
        other.Binding = root;
    }

    private static bool IsOwnSymbol(Axis axis) => axis.OwnSize.Symbol?.Layout == axis;

    private void Bind(Axis axis, Layout layout)
    {
        layout = InferSizes(layout, axis.OwnSize);
        InferSegment(layout, axis.OwnSize);

        if (layout.Resolved is Axis single)
        {
            Unify(axis, single);

            return;
        }

        if (Differ(axis.OwnSize, layout.Size) || layout.Leaves.Contains(axis))
        {
            Disagree(
                axis, layout, Differ(axis.OwnSize, layout.Size) ? $"have {axis.OwnSize} and {layout.Size} elements where they meet" : "contain each other");

            return;
        }

        axis.Binding = layout;
        OutsideSplits += axis.IsOutside ? 1 : 0;

        foreach (var leaf in layout.Leaves)
        {
            leaf.Inherit(axis);
        }
    }

    // Positions whose number nobody knows, between factors that are known, get what is left of a known whole.
    private Layout InferSizes(Layout layout, Size whole)
    {
        if (layout is not Product product || whole.Number is null || product.Size.Number is not null)
        {
            return layout;
        }

        var items = product.Items.ToList();
        var start = items.FindIndex(static item => item.Size.Number is null);
        var end = items.FindLastIndex(static item => item.Size.Number is null) + 1;
        var unknown = items.GetRange(start, end - start);
        var rest = Size.DivideExactly(whole, SizeOf(items.Except(unknown)));

        if (rest is null || unknown.Any(static item => item is not Axis || item.Size.Number is not null))
        {
            return layout;
        }

        if (unknown.Count == 1)
        {
            ((Axis)unknown[0]).OwnSize = rest;

            return layout;
        }

        // Several at once cannot be told apart, so they become one.
        if (unknown.Any(static item => ((Axis)item).Pin is null))
        {
            return layout;
        }

        var joined = NewAxis(rest, "positions");
        unknown.ForEach(item => joined.Inherit((Axis)item));
        items.RemoveRange(start, end - start);
        items.Insert(start, joined);

        return Layout.ProductOf(items).Resolved;
    }

    // The one segment whose size nobody knows is what is left of a known whole.
    private static void InferSegment(Layout layout, Size whole)
    {
        if (layout is Concat concat && whole.Number is { } all && concat.Segments.Where(static segment => segment.Size.Number is null).ToArray() is [Axis unknown]
            && all - concat.Segments.Sum(static segment => segment.Size.Number ?? 0) is > 0 and var rest)
        {
            unknown.OwnSize = rest;
        }
    }

    private void Disagree(Layout a, Layout b, string clause)
    {
        var (kind, reason) = inView ? (PinKind.Ambiguous, $"the sizes of the view do not tell what becomes of {a}") : (PinKind.Disagree, $"{a} and {b} {clause}");

        Doubts++;

        if (!inView)
        {
            disagreements.Add(new(a, b, At));
        }

        Pin(a, kind, reason);
        Pin(b, kind, reason);
    }
}
