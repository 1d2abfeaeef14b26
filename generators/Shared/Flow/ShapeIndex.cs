namespace CompressDsl.Flow;

/// <summary>One item of a tensor's index, as far as channels are concerned.</summary>
public readonly record struct ShapeIndex
{
    /// <summary>The whole dimension: <c>..</c> or <c>TensorIndex.Colon</c>.</summary>
    public static ShapeIndex All { get; } = new(ShapeIndexKind.All);

    /// <summary>As many whole dimensions as are left.</summary>
    public static ShapeIndex Ellipsis { get; } = new(ShapeIndexKind.Ellipsis);

    /// <summary>A new dimension of one.</summary>
    public static ShapeIndex New { get; } = new(ShapeIndexKind.New);

    /// <summary>A part of the dimension.</summary>
    public static ShapeIndex Part { get; } = new(ShapeIndexKind.Part);

    /// <summary>What a tensor of indices picks.</summary>
    public static ShapeIndex Gathered { get; } = new(ShapeIndexKind.Gathered);

    private ShapeIndex(ShapeIndexKind kind) => Kind = kind;

    internal ShapeIndexKind Kind { get; }

    /// <summary>One element: the dimension is gone.</summary>
    /// <param name="index">Which one; all are alike to channels.</param>
    public static ShapeIndex One(long index)
    {
        _ = index;
        return new(ShapeIndexKind.One);
    }
}

internal enum ShapeIndexKind
{
    All,
    Ellipsis,
    New,
    Part,
    Gathered,
    One,
}
