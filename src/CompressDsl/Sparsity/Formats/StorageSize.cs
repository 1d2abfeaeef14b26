namespace CompressDsl;

/// <summary>The memory of a weight in a storage, without making it: what <see cref="SparseStorage.Bytes"/> would say.</summary>
internal static class StorageSize
{
    /// <summary>The bytes of a weight [rows, columns].</summary>
    /// <param name="kernel">Which storage; <see cref="SparseKernel.None"/> is dense.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="numbers">How many of its numbers are not zero.</param>
    /// <param name="width">The bytes of one number.</param>
    public static long Of(SparseKernel kernel, long rows, long columns, long numbers, long width) => kernel switch
    {
        SparseKernel.Csr => ((rows + 1) * sizeof(int)) + (numbers * (sizeof(int) + width)),
        SparseKernel.Bitmask => (numbers * width) + BitBytes(rows, columns) + ((rows + 1) * sizeof(long)),
        SparseKernel.SemiStructured => (rows * columns * CompressedWeight.Kept / CompressedWeight.Group * width) + BitBytes(rows, columns),
        _ => rows * columns * width,
    };

    private static long BitBytes(long rows, long columns) => rows * ((columns + 7) / 8);
}
