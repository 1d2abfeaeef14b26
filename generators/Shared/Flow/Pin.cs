namespace CompressDsl.Flow;

/// <summary>Why an axis must keep its size.</summary>
/// <param name="Kind">The kind of reason.</param>
/// <param name="Reason">A clause about what lies along the axis: "goes through a softmax"; of <see cref="PinKind.Ambiguous"/> and the kinds after it a sentence.</param>
/// <param name="Where">What the solver stood at.</param>
public sealed record Pin(PinKind Kind, string Reason, object? Where);

/// <summary>The kinds of reasons why an axis must keep its size.</summary>
public enum PinKind
{
    /// <summary>A tensor that is passed in has this size.</summary>
    Outside,

    /// <summary>The tensor is returned.</summary>
    Returned,

    /// <summary>An operation that is not understood.</summary>
    Unknown,

    /// <summary>Something that happens where nobody looks.</summary>
    Hidden,

    /// <summary>An operation over the axis as a whole, or that depends on the order: softmax, indexing, a mean.</summary>
    Mixed,

    /// <summary>An operation that can mean several things here.</summary>
    Ambiguous,

    /// <summary>A size in the code that would be wrong.</summary>
    FixedSize,

    /// <summary>Two layouts that cannot be the same.</summary>
    Disagree,
}
