namespace CompressDsl;

/// <summary>A sparse matrix as the kernels read it, whatever its format.</summary>
/// <typeparam name="TValue">float, or <see cref="BFloat16"/>.</typeparam>
internal unsafe interface ISparseRows<TValue>
    where TValue : unmanaged
{
    /// <summary>How many rows there are.</summary>
    int Rows { get; }

    /// <summary>How many places a row has.</summary>
    int Columns { get; }

    /// <summary>How many numbers are stored in the rows before one.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/>, inclusive.</param>
    long Offset(int row);

    /// <summary>The stored numbers of a row. A register more can be read.</summary>
    TValue* Values(int row);

    /// <summary>The places of the stored numbers in a part of a row, counted from its start.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">Where the part starts: a multiple of eight.</param>
    /// <param name="length">Its length, at most 65536.</param>
    /// <param name="position">How many numbers of the row are stored before it.</param>
    /// <param name="places">Gets them; of at least <paramref name="length"/> and 64 more.</param>
    /// <returns>How many there are.</returns>
    int Places(int row, int first, int length, int position, ushort* places);
}
