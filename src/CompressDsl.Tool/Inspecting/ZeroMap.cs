using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl.Tool.Inspecting;

/// <summary>One bit a number of a matrix, 1 where it is not zero: a thirty-second of float32 weights.</summary>
internal sealed class ZeroMap
{
    private readonly int stride;
    private readonly ulong[] words;

    private ZeroMap(long rows, long columns, long inputs)
    {
        (Rows, Columns, Inputs) = (rows, columns, inputs);
        stride = checked((int)((columns + 63) / 64));
        words = new ulong[rows * stride];
    }

    /// <summary>One an output.</summary>
    internal long Rows { get; }

    /// <summary>The weights that lead there.</summary>
    internal long Columns { get; }

    /// <summary>How many neighbours there are along the input dimension; divides <see cref="Columns"/>, and column c is of input c modulo this.</summary>
    internal long Inputs { get; }

    /// <summary>How many numbers there are.</summary>
    internal long Numbers => Rows * Columns;

    /// <summary>How many of them are zero.</summary>
    internal long Zeros { get; private set; }

    /// <summary>How many rows have nothing but zeros.</summary>
    internal long DeadRows => Indices(Rows).LongCount(row => !Row(row).ContainsAnyExcept(0UL));

    /// <summary>Which columns have nothing but zeros.</summary>
    internal bool[] DeadColumns => field ??= FindDeadColumns();

    /// <summary>How many inputs have nothing but zeros.</summary>
    internal long DeadInputs => Indices(Inputs).LongCount(input => Indices(Columns / Inputs).All(place => DeadColumns[(place * Inputs) + input]));

    /// <summary>Whether at most two of every four neighbours are not zero.</summary>
    internal bool FitsTwoOfFour => Inputs % 4 == 0 && ZeroPattern.Groups(this, 4).All(static group => BitOperations.PopCount(group) <= 2);

    /// <summary>The bits of a row, the first column lowest; those beyond the last column are 0.</summary>
    internal ReadOnlySpan<ulong> Row(long row) => words.AsSpan(checked((int)(row * stride)), stride);

    /// <summary>Looks at a matrix.</summary>
    /// <param name="matrix">[rows, columns], of any type, in host memory.</param>
    /// <param name="inputs">See <see cref="Inputs"/>.</param>
    internal static ZeroMap Of(Tensor matrix, long inputs)
    {
        using var scope = NewDisposeScope();
        var map = new ZeroMap(matrix.shape[0], matrix.shape[1], inputs);
        var isFloating = matrix.is_floating_point();
        var width = matrix.element_size();
        TensorBytes.ForEachChunk(matrix.contiguous(), (bytes, offset) =>
        {
            var first = offset / width;
            switch (width)
            {
                case 1:
                    map.Mark<byte>(bytes, first, isFloating);
                    break;
                case 2:
                    map.Mark(MemoryMarshal.Cast<byte, ushort>(bytes), first, isFloating);
                    break;
                case 4:
                    map.Mark(MemoryMarshal.Cast<byte, uint>(bytes), first, isFloating);
                    break;
                default:
                    map.Mark(MemoryMarshal.Cast<byte, ulong>(bytes), first, isFloating);
                    break;
            }
        });
        map.Zeros = map.Numbers - map.words.Sum(static word => (long)BitOperations.PopCount(word));
        return map;
    }

    // Floating-point numbers are zero where nothing but the first bit, the sign, is set.
    private void Mark<T>(ReadOnlySpan<T> values, long first, bool isFloating)
        where T : unmanaged, IBinaryInteger<T>
    {
        var shift = isFloating ? 1 : 0;
        var (row, column) = Math.DivRem(first, Columns);
        foreach (var value in values)
        {
            if (!T.IsZero(value << shift))
            {
                words[(row * stride) + (column >> 6)] |= 1UL << (int)(column & 63);
            }

            if (++column == Columns)
            {
                (row, column) = (row + 1, 0);
            }
        }
    }

    private bool[] FindDeadColumns()
    {
        var living = new ulong[stride];
        for (var row = 0L; row < Rows; row++)
        {
            var bits = Row(row);
            for (var i = 0; i < stride; i++)
            {
                living[i] |= bits[i];
            }
        }

        return [.. Indices(Columns).Select(column => (living[column >> 6] >> (int)(column & 63) & 1) == 0)];
    }

    private static IEnumerable<long> Indices(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return i;
        }
    }
}
