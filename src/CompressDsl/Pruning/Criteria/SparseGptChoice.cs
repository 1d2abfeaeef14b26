using System.Buffers;

namespace CompressDsl;

/// <summary>
/// Chooses which weights of a segment of columns go where a fraction is asked for: those with the lowest w² / d². N:M groups are chosen later, in the
/// column loop.
/// </summary>
/// <param name="rule">The pattern and the fraction.</param>
/// <param name="cutOff">How many go.</param>
/// <param name="weights">[rows, columns].</param>
/// <param name="pruned">[rows, columns], 1 for what goes anyhow; gets 1 for what goes.</param>
/// <param name="rows">How many rows there are.</param>
internal sealed class SparseGptChoice(SparsityRule rule, CutOff cutOff, TensorRows<float> weights, TensorRows<byte> pruned, int rows)
{
    // The first digit of a key: enough bits that few keys share it, and few enough that a count of each is nothing beside a layer.
    private const int DigitBits = 14;
    private const int Shift = LowestKeys.Bits - DigitBits;

    private readonly long[] goneOfRow = rule is { IsBlocked: false, Scope: Scope.PerRow } ? new long[rows] : [];
    private long gone;

    /// <summary>Chooses.</summary>
    /// <param name="segment">The columns; of blocks, one column of them.</param>
    /// <param name="squares">d² of the segment.</param>
    public void Choose(ColumnSegment segment, float[] squares)
    {
        switch (rule)
        {
            case { IsSemiStructured: true }:
                break;
            case { IsBlocked: true }:
                ChooseBlocks(segment, squares);
                break;
            case { Scope: Scope.PerRow }:
                ChooseOfRows(segment, squares);
                break;
            default:
                ChooseOfLayer(segment, squares);
                break;
        }
    }

    private delegate void RowAction(int row, ReadOnlySpan<uint> keys, Span<byte> pruned);

    // Exact, in two passes over the weights and with the keys of a few of them in memory: what is below the digit of the last to go, goes; among those
    // with that digit, the lowest.
    private void ChooseOfLayer(ColumnSegment segment, float[] squares)
    {
        var place = Place((long)rows * squares.Length, (long)rows * segment.Last, gone);
        var (low, high, count) = (LowestKeys.Gone, LowestKeys.Gone, 0L);
        if (place >= 0)
        {
            var counts = CountDigits(segment, squares);
            var digit = 0u;
            for (count = place + 1; count > counts[digit]; digit++)
            {
                count -= counts[digit];
            }

            (low, high) = (digit << Shift, (digit + 1) << Shift);
        }

        var found = new List<ulong>();
        TensorRows.ForEachGroup(
            rows,
            static () => new List<ulong>(),
            (own, first, group) =>
            {
                var (marked, none) = (0L, 0L);
                ForEachRow(segment, squares, first, group, (row, keys, marks) =>
                {
                    marked += LowestKeys.Mark(keys, low, ref none, marks);
                    LowestKeys.Collect(keys, low, high, (uint)(row * keys.Length), own);
                });
                Interlocked.Add(ref gone, marked);
            },
            own =>
            {
                lock (found)
                {
                    found.AddRange(own);
                }
            });


        found.Sort();
        for (var i = 0; i < found.Count && (i < count || IsOneOfEqual(found, i)); i++)
        {
            var (row, column) = Math.DivRem((int)(uint)found[i], squares.Length);
            ref var mark = ref pruned[row, 1][segment.First + column];
            gone += 1 - mark;
            mark = 1;
        }
    }

    private bool IsOneOfEqual(List<ulong> found, int i) => cutOff == CutOff.AtOrBelow && found[i] >> 32 == found[i - 1] >> 32;

    private void ChooseOfRows(ColumnSegment segment, float[] squares) => TensorRows.ForEachGroup(rows, (first, count) =>
        ForEachRow(segment, squares, first, count, (row, keys, marks) =>
            goneOfRow[row] += Mark(keys, Place(keys.Length, segment.Last, goneOfRow[row]), marks)));

    private void ChooseBlocks(ColumnSegment segment, float[] squares)
    {
        var keys = new uint[rows / rule.BlockRows];
        TensorRows.ForEachGroup(keys.Length, (first, count) =>
        {
            var (height, width) = (rule.BlockRows, squares.Length);
            var ofRows = weights[first * height, count * height];
            var marks = pruned[first * height, count * height];
            for (var block = 0; block < count; block++)
            {
                var (score, isGone) = (0.0, true);
                for (var row = block * height; row < (block + 1) * height; row++)
                {
                    var at = (row * segment.Columns) + segment.First;
                    isGone &= !marks.Slice(at, width).Contains((byte)0);
                    for (var i = 0; i < width; i++)
                    {
                        score += ofRows[at + i] * ofRows[at + i] / squares[i];
                    }
                }

                keys[first + block] = isGone ? LowestKeys.Gone : LowestKeys.Of((float)score);
            }
        });

        var chosen = new byte[keys.Length];
        gone += Mark(keys, Place(keys.Length, (long)keys.Length * (segment.Last / rule.BlockColumns), gone), chosen);
        for (var row = 0; row < rows; row++)
        {
            if (chosen[row / rule.BlockRows] != 0)
            {
                pruned[row, 1].Slice(segment.First, squares.Length).Fill(1);
            }
        }
    }

    // The place of the last to go among the sorted scores, counted from 0; -1 where none goes.
    private long Place(long count, long countUpToHere, long goneBefore) => cutOff == CutOff.AtOrBelow
        ? Math.Min(count - 1, (long)(count * rule.Sparsity))
        : Math.Clamp(Selection.Removed(countUpToHere, rule.Sparsity) - goneBefore, 0, count) - 1;

    private long Mark(ReadOnlySpan<uint> keys, long place, Span<byte> marks)
    {
        var (last, room) = place < 0 ? (LowestKeys.Gone, 0) : LowestKeys.At(keys, place);
        room = cutOff == CutOff.AtOrBelow ? long.MaxValue : room;
        return LowestKeys.Mark(keys, last, ref room, marks);
    }

    private void ForEachRow(ColumnSegment segment, float[] squares, int first, int count, RowAction action)
    {
        var buffer = ArrayPool<uint>.Shared.Rent(squares.Length);
        var keys = buffer.AsSpan(0, squares.Length);
        var ofRows = weights[first, count];
        var marks = pruned[first, count];
        for (var row = 0; row < count; row++)
        {
            var at = (row * segment.Columns) + segment.First;
            var ofRow = marks.Slice(at, keys.Length);
            LowestKeys.OfRow(ofRows.Slice(at, keys.Length), squares, ofRow, keys);
            action(first + row, keys, ofRow);
        }

        ArrayPool<uint>.Shared.Return(buffer);
    }

    // How many keys have each first digit.
    private int[] CountDigits(ColumnSegment segment, float[] squares)
    {
        var counts = new int[1 << DigitBits];
        TensorRows.ForEachGroup(
            rows,
            static () => new int[1 << DigitBits],
            (own, first, count) => ForEachRow(segment, squares, first, count, (_, keys, _) =>
            {
                foreach (var key in keys)
                {
                    own[key >> Shift]++;
                }
            }),
            own =>
            {
                lock (counts)
                {
                    for (var digit = 0; digit < counts.Length; digit++)
                    {
                        counts[digit] += own[digit];
                    }
                }
            });
        return counts;
    }
}
