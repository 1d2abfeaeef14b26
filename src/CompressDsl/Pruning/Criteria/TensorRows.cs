using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The rows of a contiguous matrix on the CPU, as they lie in memory.</summary>
/// <typeparam name="T">The type of its numbers; <see cref="byte"/> for bool.</typeparam>
internal readonly struct TensorRows<T>(Tensor matrix)
    where T : struct
{
    /// <summary>Some rows, one after the other.</summary>
    public Span<T> this[int first, int count]
    {
        get
        {
            using var rows = matrix.narrow(0, first, count);
            return MemoryMarshal.Cast<byte, T>(rows.bytes);
        }
    }
}

/// <summary>Shares rows out to the cores.</summary>
internal static class TensorRows
{
    // A multiple of the lanes of every register; what a smaller group costs is more than nothing beside its work.
    private const int SmallestGroup = 32;

    // So that no core waits long for another.
    private const int GroupsPerCore = 2;

    /// <summary>How many rows a group has, but the last.</summary>
    public static int GroupOf(int rows)
    {
        var share = rows / (GroupsPerCore * Environment.ProcessorCount);
        return Math.Max(1, share / SmallestGroup) * SmallestGroup;
    }

    /// <summary>Calls the body with the first row of every group and how many it has.</summary>
    public static void ForEachGroup(int rows, Action<int, int> body) =>
        ForEachGroup(rows, static () => 0, (_, first, count) => body(first, count), static _ => { });

    /// <summary>The same with something of its own for every core that takes part.</summary>
    public static void ForEachGroup<T>(int rows, Func<T> start, Action<T, int, int> body, Action<T> finish)
    {
        var size = GroupOf(rows);
        Parallel.For(
            0,
            (rows + size - 1) / size,
            start,
            (group, _, own) =>
            {
                body(own, group * size, Math.Min(size, rows - (group * size)));
                return own;
            },
            finish);
    }
}
