namespace CompressDsl;

/// <summary>Shares rows out in parts of about as much work, whatever their lengths.</summary>
internal static class Shares
{
    // A place costs a bit to look at even where nothing is stored: as much as this part of a stored number.
    private const int PlacesPerNumber = 16;

    /// <summary>How much work all rows before one are, in stored numbers.</summary>
    public static long Work<TRows, TValue>(in TRows rows, int row)
        where TRows : unmanaged, ISparseRows<TValue>
        where TValue : unmanaged =>
        rows.Offset(row) + ((long)row * (1 + (rows.Columns / PlacesPerNumber)));

    /// <summary>The first row of a part; of the part after the last, how many rows there are.</summary>
    public static int First<TRows, TValue>(in TRows rows, int part, int parts)
        where TRows : unmanaged, ISparseRows<TValue>
        where TValue : unmanaged
    {
        var wanted = Work<TRows, TValue>(rows, rows.Rows) * part / parts;
        var (low, high) = (0, rows.Rows);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Work<TRows, TValue>(rows, middle) < wanted ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
