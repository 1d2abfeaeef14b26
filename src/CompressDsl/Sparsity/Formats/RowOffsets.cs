using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Where rows start among the stored numbers.</summary>
internal static class RowOffsets
{
    /// <summary>How many numbers are stored before each row, and in all.</summary>
    /// <param name="stored">bool [rows, columns].</param>
    /// <returns>int64 [rows + 1]; the caller owns it.</returns>
    public static Tensor Of(Tensor stored)
    {
        using var scope = NewDisposeScope();
        return cat([zeros(1, dtype: ScalarType.Int64, device: stored.device), stored.sum(dim: 1).cumsum(0)]).MoveToOuterDisposeScope();
    }
}
