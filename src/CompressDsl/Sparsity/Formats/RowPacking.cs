using System.Numerics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Takes a dense weight apart in two passes over its memory: which numbers are stored, then those.</summary>
internal static unsafe class RowPacking
{
    private const int Group = CompressedWeight.Group;

    /// <summary>Packs a weight of any floating-point type.</summary>
    /// <param name="weight">[rows, columns], on any device.</param>
    /// <param name="isTwoOfFour">Whether just two of every four neighbours are stored, zeros among them where there are fewer numbers.</param>
    /// <returns>In host memory: the numbers, one bit a weight, and how many numbers stand before each row; the caller owns them.</returns>
    /// <exception cref="ArgumentException">More than two of four neighbours are not zero.</exception>
    public static (Tensor Values, Tensor Bits, Tensor Offsets) Pack(Tensor weight, bool isTwoOfFour)
    {
        if (isTwoOfFour && weight.shape[1] % Group != 0)
        {
            throw new ArgumentException(
                $"The weight is [{string.Join(", ", weight.shape)}]; 2:4 needs a number of columns that four divides.", nameof(weight));
        }

        using var scope = NewDisposeScope();
        var dense = weight.detach().cpu().contiguous();
        var (values, bits, offsets) = dense.dtype switch
        {
            ScalarType.Float16 or ScalarType.BFloat16 => Pack<ushort>(dense, isTwoOfFour),
            ScalarType.Float32 => Pack<uint>(dense, isTwoOfFour),
            ScalarType.Float64 => Pack<ulong>(dense, isTwoOfFour),
            _ => throw new ArgumentException($"The weight is {weight.dtype}; Float16, BFloat16, Float32 and Float64 can be packed.", nameof(weight)),
        };
        return (values.MoveToOuterDisposeScope(), bits.MoveToOuterDisposeScope(), offsets.MoveToOuterDisposeScope());
    }

    // As bits, numbers of these types are zero where nothing but the first bit, the sign, is set.
    private static (Tensor Values, Tensor Bits, Tensor Offsets) Pack<T>(Tensor weight, bool isTwoOfFour)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (rows, columns) = (checked((int)weight.shape[0]), checked((int)weight.shape[1]));
        var width = (columns + 7) / 8;
        var bits = zeros(rows, width, dtype: ScalarType.Byte);
        var offsets = empty(rows, dtype: ScalarType.Int64);
        if (rows == 0 || columns == 0)
        {
            return (empty(0, dtype: weight.dtype), bits, offsets.zero_());
        }

        // Of one row: a span, which the address is taken from, holds 2 GB.
        var dense = CpuTensor.Address<T>(weight[0]);
        var marks = CpuTensor.Address<byte>(bits);
        var starts = CpuTensor.Address<long>(offsets);
        var stored = 0L;
        for (var row = 0L; row < rows; row++)
        {
            var rowMarks = marks + (row * width);
            Mark(dense + (row * columns), columns, rowMarks);
            if (isTwoOfFour)
            {
                FillGroups(rowMarks, row, columns);
            }

            starts[row] = stored;
            stored += Count(rowMarks, width);
        }

        var values = empty(stored, dtype: weight.dtype);
        var next = CpuTensor.Address<T>(values);
        for (var row = 0L; row < rows; row++)
        {
            next = Gather(dense + (row * columns), marks + (row * width), width, next);
        }

        return (values, bits, offsets);
    }

    private static void Mark<T>(T* row, int columns, byte* marks)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var column = 0; column < columns; column++)
        {
            marks[column >> 3] |= (byte)((T.IsZero(row[column] << 1) ? 0 : 1) << (column & 7));
        }
    }

    /// <summary>Where fewer than two of four are numbers, the first zeros are stored.</summary>
    private static void FillGroups(byte* marks, long row, int columns)
    {
        for (var first = 0; first < columns; first += Group)
        {
            var group = (uint)(marks[first >> 3] >> (first & 7)) & 0xF;
            if (BitOperations.PopCount(group) > CompressedWeight.Kept)
            {
                throw new ArgumentException(
                    $"Row {row} of the weight has more than two numbers in the columns {first} to {first + Group - 1}, which 2:4 cannot hold; prune with "
                    + "[SemiStructured(2, 4)], or take the kernel Bitmask.");
            }

            while (BitOperations.PopCount(group) < CompressedWeight.Kept)
            {
                group |= group + 1;
            }

            marks[first >> 3] |= (byte)(group << (first & 7));
        }
    }

    private static long Count(byte* marks, int width)
    {
        var count = 0L;
        for (var i = 0; i < width; i++)
        {
            count += BitOperations.PopCount(marks[i]);
        }

        return count;
    }

    /// <summary>Copies what is marked; a zero that is stored has no sign.</summary>
    /// <returns>Behind the last one.</returns>
    private static T* Gather<T>(T* row, byte* marks, int width, T* values)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < width; i++)
        {
            for (uint left = marks[i]; left != 0; left &= left - 1)
            {
                var number = row[(i * 8) + BitOperations.TrailingZeroCount(left)];
                *values++ = T.IsZero(number << 1) ? T.Zero : number;
            }
        }

        return values;
    }
}
