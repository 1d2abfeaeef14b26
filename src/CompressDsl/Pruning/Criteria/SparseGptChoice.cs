using System.Buffers;
using System.Runtime.CompilerServices;

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
    // Where the digits of a key begin, and how many bits they have.
    private static readonly (int Shift, int Bits)[] Digits = [(20, 11), (10, 10), (0, 10)];

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

    private void ChooseOfLayer(ColumnSegment segment, float[] squares)
    {
        var place = Place((long)rows * squares.Length, (long)rows * segment.Last, gone);
        var (last, room, equal) = place < 0 ? (LowestKeys.Gone, 0, 0) : At(segment, squares, place);
        if (cutOff != CutOff.AtOrBelow && room < equal)
        {
            // Of equal scores the first go, so the rows are taken in turn.
            ForEachRow(segment, squares, 0, rows, (_, keys, marks) => gone += LowestKeys.Mark(keys, last, ref room, marks));
            return;
        }

        TensorRows.ForEachGroup(rows, (first, count) =>
        {
            var (marked, all) = (0L, long.MaxValue);
            ForEachRow(segment, squares, first, count, (_, keys, marks) => marked += LowestKeys.Mark(keys, last, ref all, marks));
            Interlocked.Add(ref gone, marked);
        });
    }

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
    private long Place(long count, long countUpToHere, long goneBefore) => cutOff switch
    {
        CutOff.AtOrBelow => Math.Min(count - 1, (long)(count * rule.Sparsity)),
        CutOff.Truncated => Math.Clamp((long)(countUpToHere * rule.Sparsity) - goneBefore, 0, count) - 1,
        _ => Math.Clamp(Selection.Removed(countUpToHere, rule.Sparsity) - goneBefore, 0, count) - 1,
    };

    private long Mark(ReadOnlySpan<uint> keys, long place, Span<byte> marks)
    {
        var (last, room) = place < 0 ? (LowestKeys.Gone, 0) : LowestKeys.At(keys, place);
        room = cutOff == CutOff.AtOrBelow ? long.MaxValue : room;
        return LowestKeys.Mark(keys, last, ref room, marks);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    // As LowestKeys.At, over all rows and without keeping their keys, digit by digit; and how many are equal in all.
    private (uint Key, long Room, long Equal) At(ColumnSegment segment, float[] squares, long place)
    {
        var (key, equal) = (0u, 0L);
        foreach (var (shift, bits) in Digits)
        {
            var counts = Count(segment, squares, key, shift, bits);
            var digit = 0;
            while (place >= counts[digit])
            {
                place -= counts[digit++];
            }

            (key, equal) = ((key << bits) | (uint)digit, counts[digit]);
        }

        return (key, place + 1, equal);
    }

    // How often each digit follows the digits found so far.
    private int[] Count(ColumnSegment segment, float[] squares, uint before, int shift, int bits)
    {
        var counts = new int[1 << bits];
        TensorRows.ForEachGroup(
            rows,
            () =>
            {
                var own = ArrayPool<int>.Shared.Rent(counts.Length);
                own.AsSpan().Clear();
                return own;
            },
            (own, first, count) => ForEachRow(segment, squares, first, count, (_, keys, _) => LowestKeys.Count(keys, before, shift, bits, own)),
            own =>
            {
                lock (counts)
                {
                    for (var digit = 0; digit < counts.Length; digit++)
                    {
                        counts[digit] += own[digit];
                    }
                }

                ArrayPool<int>.Shared.Return(own);
            });
        return counts;
    }
}
