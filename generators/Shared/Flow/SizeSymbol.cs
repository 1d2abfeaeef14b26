namespace CompressDsl.Flow;

/// <summary>A size with a name: a field or property of the user, or the size of a tensor's dimension.</summary>
/// <param name="name">The name, as the user writes it.</param>
/// <param name="value">The value, or null where it is not known.</param>
/// <param name="isWritable">Whether a shrink can set it to another value.</param>
public sealed class SizeSymbol(string name, long? value = null, bool isWritable = false)
{
    // A size that is a size of itself has no value.
    private bool isAsked;

    /// <summary>The name, as the user writes it.</summary>
    public string Name { get; } = name;

    /// <summary>The value, or null where it is not known.</summary>
    public long? Value { get; } = value;

    /// <summary>Whether a shrink can set it to another value.</summary>
    public bool IsWritable { get; } = isWritable;

    /// <summary>The object whose field or property it is; null elsewhere.</summary>
    public object? Owner { get; init; }

    /// <summary>The layout of the tensor's dimension that this is the size of, <c>x.shape[i]</c>; null elsewhere.</summary>
    public Layout? Layout { get; init; }

    /// <summary>The dimensions from the front that it stands for, of a tensor of which it is not known how many it has; null elsewhere.</summary>
    internal Prefix? Leading { get; init; }

    /// <summary>Whether it stands for sizes of which nobody knows how many they are.</summary>
    internal bool IsMany { get; init; }

    /// <summary>Whether it stands for a number that only a call knows.</summary>
    internal bool IsUnknown { get; init; }

    /// <summary>Where the name stands.</summary>
    public object? Where { get; init; }

    /// <summary>Whether it is the result of arithmetic that is no monomial.</summary>
    internal bool IsOpaque { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal long? Evaluate()
    {
        if (Value is not null || Layout is null || isAsked)
        {
            return Value;
        }

        isAsked = true;

        try
        {
            return Layout.Size.Number;
        }
        finally
        {
            isAsked = false;
        }
    }
}
