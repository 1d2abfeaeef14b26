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

    internal ShapeIndexKind Kind { get; private init; }

    internal Size? Start { get; private init; }

    internal Size? Stop { get; private init; }

    internal bool IsStartFromEnd { get; private init; }

    internal bool IsStopFromEnd { get; private init; }

    /// <summary>The elements from one index to before another.</summary>
    /// <param name="start">The first index; null for the beginning.</param>
    /// <param name="stop">The index after the last; null for the end.</param>
    /// <param name="isStartFromEnd">Whether the first index counts from the end: <c>^start</c>.</param>
    /// <param name="isStopFromEnd">Whether the other one does.</param>
    public static ShapeIndex Range(Size? start, Size? stop, bool isStartFromEnd = false, bool isStopFromEnd = false)
        => new(ShapeIndexKind.Range) { Start = start, Stop = stop, IsStartFromEnd = isStartFromEnd, IsStopFromEnd = isStopFromEnd };

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
    Range,
    Gathered,
    One,
}
