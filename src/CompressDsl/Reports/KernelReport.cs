namespace CompressDsl;

/// <summary>What this machine was measured to do: the table that decides between kernels.</summary>
/// <param name="Machine">The processor, its registers, the number of threads, and the version of libtorch.</param>
/// <param name="Path">The file that keeps the table; see <see cref="KernelTable.Path"/>.</param>
/// <param name="Timings">Every layer that was measured, by number of vectors.</param>
public sealed record KernelReport(string Machine, string Path, IReadOnlyList<KernelTiming> Timings) : Report
{
    /// <summary>The table as it is now.</summary>
    public static KernelReport Current => new(KernelTable.Current.Machine, KernelTable.Path, KernelTable.Current.Timings);

    /// <inheritdoc/>
    protected override string ToText()
    {
        var table = new TextTable("storage", "type", "layer", "zeros", "vectors", "dense", "dot", "walk", "tile", "library", "fastest");
        foreach (var row in Timings)
        {
            table.Add(
                row.Kernel,
                row.Type,
                $"{row.Columns} -> {row.Rows}",
                Display.Percent(row.Sparsity),
                Display.Count(row.Vectors),
                Display.Milliseconds(row.Dense),
                Show(row.Dot),
                Show(row.Walk),
                Show(row.Tile),
                Show(row.Library),
                Display.Ratio(row.Speedup));
        }

        return $"{Machine}\n{Path}\n{table}";
    }

    private static object? Show(double? milliseconds) => milliseconds is { } time ? Display.Milliseconds(time) : null;
}
