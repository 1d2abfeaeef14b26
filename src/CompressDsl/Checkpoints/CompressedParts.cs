using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The tensors that a file has in the place of a compressed weight: <c>fc.compressed</c> and others for <c>fc.weight</c>.</summary>
internal static class CompressedParts
{
    /// <summary>int64 [2], in sparse-24-bitmask [2, 1]: how many rows and columns the weight has.</summary>
    public const string Shape = "shape";

    /// <summary>The numbers: [stored], or [rows, columns / 2] in sparse-24-bitmask.</summary>
    public const string Values = "compressed";

    /// <summary>uint8 [rows, ceil(columns / 8)]: which weights are stored.</summary>
    public const string Bits = "bitmask";

    /// <summary>int64 [rows], in sparse-bitmask alone: how many numbers stand before each row.</summary>
    public const string Offsets = "row_offsets";

    private const string Weight = "weight";

    /// <summary>The shape that <see cref="Shape"/> itself has.</summary>
    public static long[] SizesOf(CompressedFormat format) => format == CompressedFormat.Sparse24Bitmask ? [2, 1] : [2];

    /// <summary>Whether a tensor of this name can be compressed: its name is, or ends with, <c>weight</c>.</summary>
    public static bool MayHave(string name) => name == Weight || name.EndsWith("." + Weight, StringComparison.Ordinal);

    /// <summary>The name of a part of a weight.</summary>
    public static string NameOf(string weight, string part) => weight[..^Weight.Length] + part;

    /// <summary>The name of the weight that a tensor of a file is the numbers of; null where it is something else.</summary>
    public static string? WeightOf(string name) => name == Values || name.EndsWith("." + Values, StringComparison.Ordinal) ? name[..^Values.Length] + Weight : null;

    /// <summary>What is written of a weight.</summary>
    /// <param name="name">The name of the weight.</param>
    /// <param name="weight">Its parts, which live until they are written.</param>
    /// <param name="dtype">The dtype of its numbers in the file.</param>
    public static IEnumerable<TensorSource> Of(string name, CompressedWeight weight, ScalarType dtype)
    {
        var sizes = SizesOf(weight.Format);
        var (rows, columns) = weight.Shape;
        yield return Source(Shape, ScalarType.Int64, sizes, () => tensor(new long[] { rows, columns }).view(sizes));
        yield return Source(Values, dtype, weight.Values.shape, () => weight.Values.to(dtype));
        yield return Source(Bits, ScalarType.Byte, weight.Bits.shape, () => weight.Bits);
        if (weight.Offsets is { } offsets)
        {
            yield return Source(Offsets, ScalarType.Int64, offsets.shape, () => offsets);
        }

        TensorSource Source(string part, ScalarType type, long[] shape, Func<Tensor> make) => new(NameOf(name, part), SafeTensorsDtype.Of(type), shape, make);
    }
}
