using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CompressDsl;

/// <summary>Where the column loop stands.</summary>
/// <param name="Columns">The length of a row of the weight.</param>
/// <param name="Block">The first column of the column block.</param>
/// <param name="First">The first column to prune.</param>
/// <param name="Last">The end of the columns to prune: what goes of them is chosen together.</param>
/// <param name="End">The end of the column block: up to here the error is spread at once.</param>
internal readonly record struct ColumnSegment(int Columns, int Block, int First, int Last, int End)
{
    /// <summary>The length of a row of the column block.</summary>
    public int BlockColumns => End - Block;
}

/// <summary>The column loop at one width of registers: <see cref="SparseGptColumns{TLanes}.Prune"/>.</summary>
internal delegate void ColumnLoop(
    ColumnSegment segment,
    int zeros,
    int group,
    ReadOnlySpan<float> factor,
    Span<float> weights,
    Span<byte> pruned,
    Span<float> errors,
    Span<double> losses);

/// <summary>
/// The column loop of SparseGPT over one segment. Column after column, what is pruned is set to zero and its error, w / d, spread over the columns
/// to the right.
/// </summary>
/// <remarks>
/// Rows do not know of each other: every lane of a register works on a row of its own, in the same order of operations whatever their number.
/// </remarks>
internal static class SparseGptColumns<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Prunes some rows.</summary>
    /// <param name="segment">The columns.</param>
    /// <param name="zeros">N:M: how many of a group go; else 0.</param>
    /// <param name="group">N:M: the length of a group, a divisor of the segment's length; else 0.</param>
    /// <param name="factor">[block columns, block columns], upper: the part of the factor that belongs to the column block.</param>
    /// <param name="weights">[rows, columns], changed in the segment and to the end of the column block.</param>
    /// <param name="pruned">[rows, columns], 1 for what goes; N:M: for what goes anyhow, and then for all that goes.</param>
    /// <param name="errors">[rows, block columns]; gets the errors of the segment.</param>
    /// <param name="losses">[rows]; to each its sum of error² / 2 is added.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prune(
        ColumnSegment segment,
        int zeros,
        int group,
        ReadOnlySpan<float> factor,
        Span<float> weights,
        Span<byte> pruned,
        Span<float> errors,
        Span<double> losses)
    {
        var width = segment.End - segment.First;
        var length = TLanes.Count * ((2 * width) + (2 * group) + 1);
        var scratch = ArrayPool<float>.Shared.Rent(length);
        scratch.AsSpan(0, length).Clear();
        var tile = new Tile(segment, zeros, group, scratch, width);
        for (var row = 0; row < losses.Length; row += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, losses.Length - row);
            var ofRows = pruned.Slice(row * segment.Columns, count * segment.Columns);
            tile.Read(weights[(row * segment.Columns)..], ofRows, count);
            var loss = tile.Prune(factor, ofRows, count);
            tile.Write(weights[(row * segment.Columns)..], errors[(row * segment.BlockColumns)..], count);
            for (var lane = 0; lane < count; lane++)
            {
                losses[row + lane] += loss[lane] / 2;
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <summary>As many rows as there are lanes, transposed: the numbers of a column stand together.</summary>
    private readonly ref struct Tile
    {
        private const int Together = 4;

        private readonly ColumnSegment segment;
        private readonly int zeros;
        private readonly int group;
        private readonly int width;
        private readonly Span<float> columns;

        // All bits where the weight goes; once its column is done, the error.
        private readonly Span<float> errors;
        private readonly Span<float> scores;
        private readonly Span<float> ranks;
        private readonly Span<float> losses;

        public Tile(ColumnSegment segment, int zeros, int group, Span<float> scratch, int width)
        {
            (this.segment, this.zeros, this.group, this.width) = (segment, zeros, group, width);
            columns = Take(ref scratch, width);
            errors = Take(ref scratch, width);
            scores = Take(ref scratch, group);
            ranks = Take(ref scratch, group);
            losses = Take(ref scratch, 1);
        }

        private int Wanted => segment.Last - segment.First;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Read(ReadOnlySpan<float> weights, ReadOnlySpan<byte> pruned, int rows)
        {
            var marks = MemoryMarshal.Cast<float, int>(errors);
            for (var row = 0; row < rows; row++)
            {
                var at = (row * segment.Columns) + segment.First;
                var weight = weights.Slice(at, width);
                for (var i = 0; i < weight.Length; i++)
                {
                    columns[(i * TLanes.Count) + row] = weight[i];
                }

                var goes = pruned.Slice(at, Wanted);
                for (var i = 0; i < goes.Length; i++)
                {
                    marks[(i * TLanes.Count) + row] = -goes[i];
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Write(Span<float> weights, Span<float> errorRows, int rows)
        {
            for (var row = 0; row < rows; row++)
            {
                var weight = weights.Slice((row * segment.Columns) + segment.First, width);
                for (var i = 0; i < weight.Length; i++)
                {
                    weight[i] = columns[(i * TLanes.Count) + row];
                }

                var error = errorRows.Slice((row * segment.BlockColumns) + segment.First - segment.Block, Wanted);
                for (var i = 0; i < error.Length; i++)
                {
                    error[i] = errors[(i * TLanes.Count) + row];
                }
            }
        }

        // Gives the sums of error², one a lane.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public ReadOnlySpan<float> Prune(ReadOnlySpan<float> factor, Span<byte> pruned, int rows)
        {
            var loss = TLanes.All(0);
            for (int first = 0, count; first < Wanted; first += count)
            {
                // No further than the group, whose choice needs all that was before it.
                count = Math.Min(Together, group > 0 ? group - (first % group) : Wanted - first);
                if (group > 0 && first % group == 0)
                {
                    ChooseGroup(factor, first, pruned, rows);
                }

                for (var i = first; i < first + count; i++)
                {
                    loss = PruneColumn(factor, i, loss);
                    SpreadOne(factor, i, i + 1, count == Together ? first + count : width);
                }

                if (count == Together)
                {
                    SpreadTogether(factor, first);
                }
            }

            loss.Store(ref MemoryMarshal.GetReference(losses), 0);
            return losses;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TLanes PruneColumn(ReadOnlySpan<float> factor, int i, TLanes loss)
        {
            ref var column = ref MemoryMarshal.GetReference(columns);
            ref var error = ref MemoryMarshal.GetReference(errors);
            var at = i * TLanes.Count;
            var weight = TLanes.Load(ref column, at);
            var goes = TLanes.Load(ref error, at);
            var lost = (weight / TLanes.All(FactorRow(factor, i)[i])) & goes;
            lost.Store(ref error, at);
            TLanes.Select(goes, TLanes.All(0), weight).Store(ref column, at);
            return TLanes.MultiplyAdd(lost, lost, loss);
        }

        // The error of one column, to the columns from start to end.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void SpreadOne(ReadOnlySpan<float> factor, int i, int start, int end)
        {
            ref var column = ref MemoryMarshal.GetReference(columns);
            var row = FactorRow(factor, i)[..end];
            var error = MinusError(i);
            for (var j = start; j < row.Length; j++)
            {
                TLanes.MultiplyAdd(error, TLanes.All(row[j]), TLanes.Load(ref column, j * TLanes.Count)).Store(ref column, j * TLanes.Count);
            }
        }

        // The errors of four columns, to all columns behind them: the same sums in the same order, with a quarter of the loads and stores.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void SpreadTogether(ReadOnlySpan<float> factor, int first)
        {
            ref var column = ref MemoryMarshal.GetReference(columns);
            var (error0, error1, error2, error3) = (MinusError(first), MinusError(first + 1), MinusError(first + 2), MinusError(first + 3));
            var row0 = FactorRow(factor, first);
            var row1 = FactorRow(factor, first + 1);
            var row2 = FactorRow(factor, first + 2);
            var row3 = FactorRow(factor, first + 3);
            for (var j = first + Together; j < width; j++)
            {
                var sum = TLanes.Load(ref column, j * TLanes.Count);
                sum = TLanes.MultiplyAdd(error0, TLanes.All(row0[j]), sum);
                sum = TLanes.MultiplyAdd(error1, TLanes.All(row1[j]), sum);
                sum = TLanes.MultiplyAdd(error2, TLanes.All(row2[j]), sum);
                sum = TLanes.MultiplyAdd(error3, TLanes.All(row3[j]), sum);
                sum.Store(ref column, j * TLanes.Count);
            }
        }

        private TLanes MinusError(int i) => TLanes.Load(ref MemoryMarshal.GetReference(errors), i * TLanes.Count) * TLanes.All(-1);

        // The scores are w² / d²; of two equal ones the first goes.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ChooseGroup(ReadOnlySpan<float> factor, int first, Span<byte> pruned, int rows)
        {
            ref var column = ref MemoryMarshal.GetReference(columns);
            ref var error = ref MemoryMarshal.GetReference(errors);
            ref var score = ref MemoryMarshal.GetReference(scores);
            ref var rank = ref MemoryMarshal.GetReference(ranks);
            for (var k = 0; k < group; k++)
            {
                var d = TLanes.All(FactorRow(factor, first + k)[first + k]);
                var weight = TLanes.Load(ref column, (first + k) * TLanes.Count);
                var goes = TLanes.Load(ref error, (first + k) * TLanes.Count);
                TLanes.Select(goes, TLanes.All(-1), weight * weight / (d * d)).Store(ref score, k * TLanes.Count);
                TLanes.All(0).Store(ref rank, k * TLanes.Count);
            }

            for (var k = 0; k < group; k++)
            {
                var mine = TLanes.Load(ref score, k * TLanes.Count);
                var place = TLanes.Load(ref rank, k * TLanes.Count);
                for (var j = k + 1; j < group; j++)
                {
                    var isFirst = TLanes.LessOrEqual(mine, TLanes.Load(ref score, j * TLanes.Count));
                    var other = TLanes.Load(ref rank, j * TLanes.Count);
                    (other + (isFirst & TLanes.All(1))).Store(ref rank, j * TLanes.Count);
                    place += TLanes.Select(isFirst, TLanes.All(0), TLanes.All(1));
                }

                var goes = TLanes.Load(ref error, (first + k) * TLanes.Count);
                var chosen = TLanes.LessOrEqual(place, TLanes.All(zeros - 1));
                TLanes.Select(goes, goes, chosen).Store(ref error, (first + k) * TLanes.Count);
            }

            var marks = MemoryMarshal.Cast<float, int>(errors);
            for (var row = 0; row < rows; row++)
            {
                for (var k = 0; k < group; k++)
                {
                    pruned[(row * segment.Columns) + segment.First + first + k] = (byte)-marks[((first + k) * TLanes.Count) + row];
                }
            }
        }

        // The row of the factor that belongs to a column of the tile, for the columns of the tile.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ReadOnlySpan<float> FactorRow(ReadOnlySpan<float> factor, int i)
        {
            var skipped = segment.First - segment.Block;
            return factor.Slice(((skipped + i) * segment.BlockColumns) + skipped, width);
        }

        private static Span<float> Take(scoped ref Span<float> from, int registers)
        {
            var taken = from[..(registers * TLanes.Count)];
            from = from[taken.Length..];
            return taken;
        }
    }
}
