using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One bit a weight: the lowest bit first, each row filled up to whole bytes with zeros.</summary>
internal static class BitRows
{
    /// <summary>Packs rows of bits.</summary>
    /// <param name="stored">bool [rows, columns].</param>
    /// <returns>uint8 [rows, ceil(columns / 8)]; the caller owns it.</returns>
    public static Tensor Pack(Tensor stored)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (stored.shape[0], stored.shape[1]);
        var bytes = (columns + 7) / 8;
        var pruned = stored.logical_not();
        if (columns % 8 != 0)
        {
            pruned = cat([pruned, ones([rows, (bytes * 8) - columns], dtype: ScalarType.Bool, device: stored.device)], 1);
        }

        return MaskBits.Pack(pruned).view(rows, bytes).MoveToOuterDisposeScope();
    }

    /// <summary>Unpacks rows of bits.</summary>
    /// <param name="bits">uint8 [rows, ceil(columns / 8)].</param>
    /// <param name="columns">How many bits of a row count.</param>
    /// <returns>bool [rows, columns]; the caller owns it.</returns>
    public static Tensor Unpack(Tensor bits, int columns)
    {
        using var scope = NewDisposeScope();
        var (rows, bytes) = (bits.shape[0], bits.shape[1]);
        return MaskBits.Unpack(bits.flatten(), [rows, bytes * 8]).narrow(1, 0, columns).logical_not().MoveToOuterDisposeScope();
    }
}
