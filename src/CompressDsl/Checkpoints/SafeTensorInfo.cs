namespace CompressDsl;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The tensor's name, unique in its file.</param>
/// <param name="Dtype">The element type in the format's own words, for example <c>F32</c> or <c>BF16</c>.</param>
/// <param name="Shape">The sizes of the dimensions, none negative; empty for a scalar.</param>
/// <param name="Begin">The first byte, counted from the start of the data after the header.</param>
/// <param name="End">The byte after the last one.</param>
public sealed record SafeTensorInfo(string Name, string Dtype, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>The size of the data in bytes.</summary>
    public long Bytes => End - Begin;

    /// <summary>For example <c>layers.0.weight F32 [64, 32]</c>.</summary>
    public override string ToString() => $"{Name} {Dtype} [{string.Join(", ", Shape)}]";
}
