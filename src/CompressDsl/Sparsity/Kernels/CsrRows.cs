using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>Compressed sparse rows: for every number its column.</summary>
/// <param name="rows">How many rows.</param>
/// <param name="width">How many places in a row.</param>
/// <param name="values">The numbers, row after row.</param>
/// <param name="columns">Their columns, ascending in each row.</param>
/// <param name="offsets">For every row, and the end, how many numbers stand before it.</param>
internal readonly unsafe struct CsrRows<TValue>(int rows, int width, TValue* values, int* columns, int* offsets) : ISparseRows<TValue>
    where TValue : unmanaged
{
    private readonly TValue* values = values;
    private readonly int* columns = columns;
    private readonly int* offsets = offsets;

    public int Rows { get; } = rows;

    public int Columns { get; } = width;

    public long Offset(int row) => offsets[row];

    public TValue* Values(int row) => values + offsets[row];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Places(int row, int first, int length, int position, ushort* places)
    {
        var source = columns + offsets[row] + position;
        var limit = offsets[row + 1] - offsets[row] - position;
        var end = first + length;
        var count = 0;
        for (; count < limit && source[count] < end; count++)
        {
            places[count] = (ushort)(source[count] - first);
        }

        return count;
    }
}
