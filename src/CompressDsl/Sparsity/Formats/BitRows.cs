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

    /// <summary>Packs compressed sparse rows.</summary>
    /// <param name="offsets">int64 [rows + 1], in host memory: where each row starts in <paramref name="columns"/>, and where the last one ends.</param>
    /// <param name="columns">int32 [stored], in host memory: where there is a number.</param>
    /// <param name="width">How many columns there are.</param>
    /// <returns>uint8 [rows, ceil(width / 8)]; the caller owns it.</returns>
    public static unsafe Tensor Pack(Tensor offsets, Tensor columns, int width)
    {
        var (rows, bytes) = (offsets.numel() - 1, (width + 7) / 8);
        var bits = zeros(rows, bytes, dtype: ScalarType.Byte, device: CPU);
        var row = CpuTensor.Address<byte>(bits);
        var start = CpuTensor.Address<long>(offsets);
        var column = CpuTensor.Address<int>(columns);
        for (var i = 0L; i < rows; i++, row += bytes)
        {
            for (var k = start[i]; k < start[i + 1]; k++)
            {
                row[column[k] >> 3] |= (byte)(1 << (column[k] & 7));
            }
        }

        return bits;
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
