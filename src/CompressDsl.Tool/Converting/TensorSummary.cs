namespace CompressDsl.Tool.Converting;

/// <summary>What became of a tensor.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="TypeBefore">The type of its numbers before.</param>
/// <param name="TypeAfter">And now.</param>
/// <param name="LayoutBefore">How it was stored before.</param>
/// <param name="LayoutAfter">And now.</param>
/// <param name="BytesBefore">The bytes that it took, mask and all parts.</param>
/// <param name="BytesAfter">And takes.</param>
internal sealed record TensorSummary(string Name, string TypeBefore, string TypeAfter, string LayoutBefore, string LayoutAfter, long BytesBefore, long BytesAfter)
{
    /// <summary>max |after - before|; null where the type is the same.</summary>
    public double? LargestChange { get; init; }

    /// <summary>How many numbers were too small for the type, and are zero now.</summary>
    public long RoundedToZero { get; init; }

    /// <summary>Why it is not in the layout that was asked for; null where it is, or none was.</summary>
    public string? Why { get; init; }

    /// <summary>Whether it is stored in another way.</summary>
    internal bool IsChanged => TypeBefore != TypeAfter || LayoutBefore != LayoutAfter;
}
