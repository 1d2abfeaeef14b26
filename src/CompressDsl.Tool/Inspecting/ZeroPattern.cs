using System.Globalization;
using System.Numerics;

namespace CompressDsl.Tool.Inspecting;

/// <summary>
/// What the zeros of a matrix keep to, without exception: whole <c>rows</c>, <c>columns</c>, or both; <c>2:4</c>, at most two of every four neighbours along the input
/// dimension, or N:M with M of 4, 8, 16, 32; <c>blocks RxC</c>; else <c>none</c>.
/// </summary>
/// <remarks>
/// Any matrix with few numbers keeps to some N:M by chance. So it is said of 1:4 and 2:4, which have a storage, where no group has more; and of others where every group
/// that is not empty has just N. Of several that hold, it is that which keeps the least, in the smallest groups.
/// </remarks>
internal static class ZeroPattern
{
    private const int MostInBlock = 64;

    private static readonly int[] GroupSizes = [4, 8, 16, 32];

    /// <summary>Finds the pattern.</summary>
    internal static string Of(ZeroMap map)
    {
        if (map.Zeros == 0)
        {
            return "none";
        }

        var rows = map.DeadRows;
        var columns = map.DeadColumns.LongCount(static dead => dead);
        return map.Zeros == rows * map.Columns ? "rows"
            : map.Zeros == columns * map.Rows ? "columns"
            : map.Zeros == (rows * map.Columns) + (columns * map.Rows) - (rows * columns) ? "rows and columns"
            : (map.FitsTwoOfFour ? null : FindBlocks(map)) ?? FindGroups(map) ?? "none"; // what is 2:4 and in small blocks has a storage as 2:4
    }

    /// <summary>The bits of every group of neighbours, row after row.</summary>
    /// <param name="map">The matrix.</param>
    /// <param name="size">A power of two up to 32, which divides the number of columns.</param>
    internal static IEnumerable<uint> Groups(ZeroMap map, int size)
    {
        var mask = (uint)((1UL << size) - 1);
        for (var row = 0L; row < map.Rows; row++)
        {
            for (var first = 0L; first < map.Columns; first += size)
            {
                yield return (uint)(map.Row(row)[(int)(first >> 6)] >> (int)(first & 63)) & mask;
            }
        }
    }

    private static string? FindGroups(ZeroMap map)
    {
        var best = (Kept: 1, Size: 1);
        foreach (var size in GroupSizes)
        {
            if (map.Inputs % size == 0 && FindKept(map, size) is { } kept && kept * best.Size < best.Kept * size)
            {
                best = (kept, size);
            }
        }

        return best.Size == 1 ? null : string.Create(CultureInfo.InvariantCulture, $"{best.Kept}:{best.Size}");
    }

    private static int? FindKept(ZeroMap map, int size)
    {
        var (most, least) = (0, size);
        foreach (var group in Groups(map, size))
        {
            var kept = BitOperations.PopCount(group);
            most = Math.Max(most, kept);
            least = kept == 0 ? least : Math.Min(least, kept);
            if (most == size || (least < most && most > (size == 4 ? 2 : 0)))
            {
                return null;
            }
        }

        return most;
    }

    /// <summary>
    /// Zeros that make up whole runs along rows and whole runs along columns make up whole blocks; so height and width are found by themselves.
    /// </summary>
    private static string? FindBlocks(ZeroMap map)
    {
        var (height, width) = (1, 1);
        while (width < MostInBlock && map.Inputs % (2 * width) == 0 && AreRuns(map, 2 * width))
        {
            width *= 2;
        }

        while (height < MostInBlock && map.Rows % (2 * height) == 0 && AreStacks(map, 2 * height))
        {
            height *= 2;
        }

        return width * height >= 4 ? string.Create(CultureInfo.InvariantCulture, $"blocks {height}x{width}") : null;
    }

    private static bool AreRuns(ZeroMap map, int width)
    {
        var full = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        for (var row = 0L; row < map.Rows; row++)
        {
            for (var first = 0L; first < map.Columns; first += width)
            {
                var run = (map.Row(row)[(int)(first >> 6)] >> (int)(first & 63)) & full;
                if (run != 0 && run != full)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool AreStacks(ZeroMap map, int height)
    {
        for (var row = 0L; row < map.Rows; row++)
        {
            // Rows of one block have the same zeros.
            if (row % height != 0 && !map.Row(row).SequenceEqual(map.Row(row - 1)))
            {
                return false;
            }
        }

        return true;
    }
}
