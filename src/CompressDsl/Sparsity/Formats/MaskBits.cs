using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Masks at one bit a weight, as they are stored: 1 = kept, row-major, lowest bit first, the last byte filled up with zeros.</summary>
public static class MaskBits
{
    /// <summary>Packs a mask.</summary>
    /// <param name="pruned">bool, of any shape and device; true = pruned.</param>
    /// <returns>uint8 of shape [ceil(elements / 8)] on the same device; the caller owns it.</returns>
    /// <exception cref="ArgumentException"><paramref name="pruned"/> is not bool.</exception>
    public static Tensor Pack(Tensor pruned)
    {
        if (pruned.dtype != ScalarType.Bool)
        {
            throw new ArgumentException($"The mask is {pruned.dtype}; it must be bool, true where a weight is pruned.", nameof(pruned));
        }

        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var count = pruned.numel();
        var bytes = zeros((count + 7) / 8, dtype: ScalarType.Byte, device: pruned.device);
        if (count == 0)
        {
            return bytes.MoveToOuterDisposeScope();
        }

        var kept = zeros(bytes.numel() * 8, dtype: ScalarType.Byte, device: pruned.device);
        kept.narrow(0, 0, count).copy_(pruned.logical_not().flatten());
        var columns = kept.view(-1, 8);
        for (var bit = 0; bit < 8; bit++)
        {
            using var step = NewDisposeScope();
            bytes.add_(columns.select(1, bit), alpha: 1 << bit);
        }

        return bytes.MoveToOuterDisposeScope();
    }

    /// <summary>Unpacks a mask.</summary>
    /// <param name="bits">uint8 of shape [ceil(elements / 8)].</param>
    /// <param name="shape">The shape of the masked weight.</param>
    /// <returns>bool of <paramref name="shape"/>, true = pruned, on the same device; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The number of bytes does not fit the shape, or a bit beyond the last weight is set.</exception>
    public static Tensor Unpack(Tensor bits, ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count = checked(count * size);
        }

        if (bits.dtype != ScalarType.Byte || bits.dim() != 1 || bits.numel() != (count + 7) / 8)
        {
            throw new ArgumentException($"The packed mask is {bits.dtype} [{string.Join(", ", bits.shape)}]; "
                + $"for a weight of [{string.Join(", ", shape.ToArray())}] it must be uint8 [{(count + 7) / 8}].", nameof(bits));
        }

        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var pruned = empty(bits.numel() * 8, dtype: ScalarType.Bool, device: bits.device);
        var columns = pruned.view(bits.numel(), 8);
        for (var bit = 0; bit < 8; bit++)
        {
            using var step = NewDisposeScope();
            columns.select(1, bit).copy_(bits.bitwise_and(tensor((byte)(1 << bit), device: bits.device)).eq(0));
        }

        if (!pruned.narrow(0, count, pruned.numel() - count).all().item<bool>())
        {
            throw new ArgumentException("The packed mask has bits beyond its last weight; they must be 0.", nameof(bits));
        }

        return pruned.narrow(0, 0, count).reshape(shape.ToArray()).clone().MoveToOuterDisposeScope();
    }
}
