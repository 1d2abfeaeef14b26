namespace CompressDsl.Flow;

/// <summary>What lies along a dimension of a tensor or parameter.</summary>
public abstract class Layout
{
    private protected Layout()
    {
    }

    /// <summary>How many elements it has.</summary>
    public abstract Size Size { get; }

    /// <summary>The canonical form: bindings followed, nesting flattened, axes of the number 1 dropped from products.</summary>
    internal abstract Layout Resolved { get; }

    /// <summary>The canonical axes of it, outer to inner and segment by segment; one that occurs twice comes twice.</summary>
    internal abstract IEnumerable<Axis> Leaves { get; }

    /// <summary>Whether the canonical form is a single element.</summary>
    internal bool IsOne => Resolved is Axis { OwnSize.Number: 1 };

    /// <summary>The product of layouts, outer to inner; of one it is that one.</summary>
    internal static Layout ProductOf(IReadOnlyList<Layout> items) => items.Count == 1 ? items[0] : new Product(items);

    /// <summary>The layouts one after the other; of one it is that one.</summary>
    internal static Layout ConcatOf(IReadOnlyList<Layout> segments) => segments.Count == 1 ? segments[0] : new Concat(segments);

    /// <summary>Whether two canonical layouts are the same.</summary>
    internal static bool Same(Layout a, Layout b)
        => ReferenceEquals(a, b)
            || a is Product product && b is Product otherProduct && Same(product.Items, otherProduct.Items)
            || a is Concat concat && b is Concat otherConcat && Same(concat.Segments, otherConcat.Segments);

    private static bool Same(IReadOnlyList<Layout> a, IReadOnlyList<Layout> b) => a.Count == b.Count && a.Zip(b, static (left, right) => Same(left, right)).All(static same => same);
}

/// <summary>Channels, heads or positions that are a dimension of their own, or one factor or segment of it.</summary>
public sealed class Axis : Layout
{
    private readonly List<Pin> pins = [];

    internal Axis(int id, string name, Size? size)
    {
        Id = id;
        Name = name;
        OwnSize = size ?? new SizeSymbol(name) { Layout = this };
    }

    /// <summary>What it was made for.</summary>
    public string Name { get; }

    /// <summary>What it turned out to be, or null while it stands for itself.</summary>
    public Layout? Binding { get; internal set; }

    /// <summary>Why it must keep its size: the first reason, where there is another than that it is returned; null where nothing is known against a change.</summary>
    public Pin? Pin => pins.Find(static pin => pin.Kind != PinKind.Returned) ?? pins.FirstOrDefault();

    /// <summary>Every reason why it must keep its size.</summary>
    public IReadOnlyList<Pin> Pins => pins;

    /// <summary>Whether it counts the heads of an attention.</summary>
    public bool IsHead { get; internal set; }

    /// <summary>Whether it lies within the heads of an attention.</summary>
    public bool IsHeadSize { get; internal set; }

    /// <summary>Whether it is a dimension of a tensor that is passed in.</summary>
    public bool IsOutside { get; internal set; }

    /// <summary>Whether it is a dimension of a tensor that is returned.</summary>
    public bool IsReturned { get; internal set; }

    /// <summary>Whether a normalisation runs over it.</summary>
    public bool IsNormalised { get; internal set; }

    /// <inheritdoc/>
    public override Size Size => Binding is null ? OwnSize : Binding.Size;

    internal int Id { get; }

    internal Size OwnSize { get; set; }

    /// <summary>Whether parameters lie along it.</summary>
    internal bool HasSlots { get; set; }

    /// <summary>Whether parameters of layers lie along it, not only bare ones.</summary>
    internal bool HasLayerSlots { get; set; }

    /// <summary>Whether a softmax ran over it.</summary>
    internal bool IsSoftmaxed { get; set; }

    /// <summary>Whether a function is applied to it that is not zero where masked channels are.</summary>
    internal bool IsFilled { get; set; }

    /// <summary>Whether it is a dimension of something that was computed in a way that is not understood.</summary>
    internal bool IsDerived { get; set; }

    /// <summary>Whether it comes from where nobody follows it, so that it may be any channels.</summary>
    internal bool IsLost { get; set; }

    /// <summary>What that was computed from.</summary>
    internal IReadOnlyList<Shape> Sources { get; set; } = [];

    internal override Layout Resolved => Binding is null ? this : Binding.Resolved;

    internal override IEnumerable<Axis> Leaves => Binding is null ? [this] : Binding.Leaves;

    /// <summary>The name and the size.</summary>
    public override string ToString() => Binding is null ? $"{Name}[{OwnSize}]" : $"{Resolved}";

    /// <summary>Gives a reason for keeping the size.</summary>
    internal void Hold(Pin pin)
    {
        if (!pins.Contains(pin))
        {
            pins.Add(pin);
        }
    }

    /// <summary>Takes over what is known about another axis that is the same, or whose part this one is.</summary>
    internal void Inherit(Axis other)
    {
        other.pins.ForEach(Hold);
        IsHead |= other.IsHead;
        IsHeadSize |= other.IsHeadSize;
        IsOutside |= other.IsOutside;
        IsReturned |= other.IsReturned;
        IsNormalised |= other.IsNormalised;
        HasSlots |= other.HasSlots;
        HasLayerSlots |= other.HasLayerSlots;
        IsSoftmaxed |= other.IsSoftmaxed;
        IsFilled |= other.IsFilled;
        IsDerived |= other.IsDerived;
        IsLost |= other.IsLost;
        Sources = Sources.Count == 0 ? other.Sources : other.Sources.Count == 0 ? Sources : [.. Sources, .. other.Sources];
    }
}

/// <summary>Layouts within each other: for each element of the first all those of the second, and so on.</summary>
public sealed class Product : Layout
{
    internal Product(IReadOnlyList<Layout> items) => Items = items;

    /// <summary>The layouts, outer to inner.</summary>
    public IReadOnlyList<Layout> Items { get; }

    /// <inheritdoc/>
    public override Size Size => Items.Aggregate(Size.One, static (size, item) => size * item.Size);

    internal override Layout Resolved
    {
        get
        {
            var items = Items.Select(static item => item.Resolved).SelectMany(static item => item is Product product ? product.Items : [item]).ToArray();
            var kept = items.Where(static item => !item.IsOne).ToArray();

            return ProductOf(kept.Length > 0 ? kept : [items[0]]);
        }
    }

    internal override IEnumerable<Axis> Leaves => Resolved is Product product ? product.Items.SelectMany(static item => item.Leaves) : Resolved.Leaves;

    /// <summary>The items: <c>(heads[12] x size[64])</c>.</summary>
    public override string ToString() => $"({string.Join(" x ", Items)})";
}

/// <summary>Layouts one after the other.</summary>
public sealed class Concat : Layout
{
    internal Concat(IReadOnlyList<Layout> segments) => Segments = segments;

    /// <summary>The layouts, in order.</summary>
    public IReadOnlyList<Layout> Segments { get; }

    /// <inheritdoc/>
    public override Size Size => Segments.Skip(1).Aggregate(Segments[0].Size, static (size, segment) => size + segment.Size);

    internal override Layout Resolved
        => ConcatOf([.. Segments.Select(static segment => segment.Resolved)
            .SelectMany(static segment => segment is Concat concat ? concat.Segments : [segment])]);

    internal override IEnumerable<Axis> Leaves => Segments.SelectMany(static segment => segment.Leaves);

    /// <summary>The segments: <c>(query[768] + key[128])</c>.</summary>
    public override string ToString() => $"({string.Join(" + ", Segments)})";
}
