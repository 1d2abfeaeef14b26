using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// A weight [rows, columns] as compressed-tensors lays it out: the numbers that are stored, and one bit a weight. Of any floating-point type, whether or not
/// there are kernels for it. It does not own its tensors.
/// </summary>
/// <param name="Format">Which of the layouts.</param>
/// <param name="Shape">How many rows and columns the weight has.</param>
/// <param name="Values">What is stored, row after row: [stored], or [rows, columns / 2] in sparse-24-bitmask.</param>
/// <param name="Bits">uint8 [rows, ceil(columns / 8)], the lowest bit first: which weights are stored.</param>
/// <param name="Offsets">int64 [rows]: how many numbers stand before each row; null in sparse-24-bitmask, where that is known.</param>
/// <remarks>Zeros of either sign are zeros and come back as +0. All other numbers come back bit for bit.</remarks>
internal sealed record CompressedWeight(CompressedFormat Format, (int Rows, int Columns) Shape, Tensor Values, Tensor Bits, Tensor? Offsets)
{
    /// <summary>How many neighbours make a group in sparse-24-bitmask.</summary>
    public const int Group = 4;

    /// <summary>How many of them are stored.</summary>
    public const int Kept = 2;

    /// <summary>Compresses a dense weight.</summary>
    /// <param name="weight">[rows, columns], on any device.</param>
    /// <param name="format">Which of the layouts.</param>
    /// <returns>With tensors in host memory, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">A group of four with more than two numbers, for sparse-24-bitmask.</exception>
    public static CompressedWeight Compress(Tensor weight, CompressedFormat format)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var is24 = format == CompressedFormat.Sparse24Bitmask;
        var (rows, columns) = ((int)weight.shape[0], (int)weight.shape[1]);
        var (values, bits, offsets) = RowPacking.Pack(weight, is24);
        return new(
            format,
            (rows, columns),
            (is24 ? values.view(rows, columns * Kept / Group) : values).MoveToOuterDisposeScope(),
            bits.MoveToOuterDisposeScope(),
            is24 ? null : offsets.MoveToOuterDisposeScope());
    }

    /// <summary>The dense weight, of the type of <see cref="Values"/>; the caller owns it.</summary>
    public Tensor ToDense()
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        return zeros([Shape.Rows, Shape.Columns], dtype: Values.dtype)
            .masked_scatter_(BitRows.Unpack(Bits, Shape.Columns), Values)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Whether it stores exactly these numbers.</summary>
    /// <param name="kept">bool [rows, columns], on any device.</param>
    public bool Stores(Tensor kept)
    {
        // Packing takes several bytes a weight: not of all at once.
        const int RowsAtOnce = 256;
        for (var first = 0; first < Shape.Rows; first += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(RowsAtOnce, Shape.Rows - first);
            if (!BitRows.Pack(kept.narrow(0, first, rows).cpu()).Equals(Bits.narrow(0, first, rows)))
            {
                return false;
            }
        }

        return true;
    }
}
