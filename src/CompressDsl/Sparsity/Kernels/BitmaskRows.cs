namespace CompressDsl;

/// <summary>One bit a place, each row filled up to whole bytes, and the numbers at the ones.</summary>
internal readonly unsafe struct BitmaskRows<TValue> : ISparseRows<TValue>
    where TValue : unmanaged
{
    private readonly TValue* values;
    private readonly byte* bits;
    private readonly long* offsets;
    private readonly int each;
    private readonly nint stride;

    /// <summary>Rows of different numbers.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many places in a row.</param>
    /// <param name="values">The numbers, row after row; a register more can be read.</param>
    /// <param name="bits">The bits, the lowest first; eight bytes more can be read.</param>
    /// <param name="offsets">For every row, and the end, how many numbers stand before it.</param>
    public BitmaskRows(int rows, int columns, TValue* values, byte* bits, long* offsets)
        : this(rows, columns, values, bits, 0) => this.offsets = offsets;

    /// <summary>Rows of as many numbers each.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many places in a row.</param>
    /// <param name="values">The numbers, row after row; a register more can be read.</param>
    /// <param name="bits">The bits, the lowest first; eight bytes more can be read.</param>
    /// <param name="each">How many numbers a row has.</param>
    public BitmaskRows(int rows, int columns, TValue* values, byte* bits, int each)
    {
        this.values = values;
        this.bits = bits;
        this.each = each;
        stride = (columns + 7) / 8;
        Rows = rows;
        Columns = columns;
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public long Offset(int row) => offsets == null ? (long)row * each : offsets[row];

    /// <inheritdoc/>
    public TValue* Values(int row) => values + Offset(row);

    /// <summary>The bits of a row.</summary>
    public byte* Bits(int row) => bits + (row * stride);

    /// <inheritdoc/>
    public int Places(int row, int first, int length, int position, ushort* places) => OnePlaces.Find(Bits(row) + (first / 8), length, places);
}
