using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <content>Whether the bits, the places where rows start, and the count of the numbers agree.</content>
internal sealed partial class CompressedTensor
{
    private string? FindFaultInRows()
    {
        using var scope = NewDisposeScope();
        var width = (shape.Columns + 7) / 8;
        var allBits = file.Read(Bits).bytes;
        var starts = offsets is null ? default : MemoryMarshal.Cast<byte, long>(file.Read(offsets.Name).bytes);
        var count = 0L;
        for (var row = 0; row < shape.Rows; row++)
        {
            var rowBits = allBits.Slice(row * width, width);
            if (shape.Columns % 8 != 0 && rowBits[^1] >> (shape.Columns % 8) != 0)
            {
                return $"bits: {bits} has bits beyond the last column, {shape.Columns - 1}, of row {row}; they must be 0";
            }

            if (Format == CompressedFormat.Sparse24Bitmask && FindWrongGroup(rowBits) is { } first)
            {
                return $"pattern: {bits} has {CountInGroup(rowBits, first)} bits in the columns {first} to {first + CompressedWeight.Group - 1} of row {row}; "
                    + $"{CompressedWeight.Kept} are right in {Format.Name()}";
            }

            if (offsets is not null && starts[row] != count)
            {
                return $"offsets: {offsets} holds {starts[row]} for row {row}; {count} is right, the number of bits before it in {Bits}";
            }

            foreach (var eight in rowBits)
            {
                count += BitOperations.PopCount(eight);
            }
        }

        var stored = values!.Shape.Aggregate(1L, static (product, size) => product * size);
        return stored == count ? null : $"count: {values} holds {stored} numbers; {count} are right, the number of bits in {Bits}";
    }

    /// <summary>The first column of the first group that has another number of bits than two; null where there is none.</summary>
    private int? FindWrongGroup(ReadOnlySpan<byte> row)
    {
        for (var first = 0; first < shape.Columns; first += CompressedWeight.Group)
        {
            if (CountInGroup(row, first) != CompressedWeight.Kept)
            {
                return first;
            }
        }

        return null;
    }

    private static int CountInGroup(ReadOnlySpan<byte> row, int first) => BitOperations.PopCount((uint)(row[first / 8] >> (first % 8)) & 0xF);
}
