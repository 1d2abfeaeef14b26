using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Prunes a layer column by column. What goes is what changes the layer's outputs least, w² / d², and the weights to the right of it are changed so as
/// to make up for it.
/// </summary>
/// <remarks>
/// d is the diagonal of the upper factor of the inverse Hessian (<see cref="HessianFactor"/>). Columns are compared, and their errors spread to the rest
/// of the layer, in blocks. Needs, beside the weight and the Hessian, the mask and a few blocks of columns. The column loop runs on the CPU, wherever the
/// weight is. Paper: Frantar and Alistarh, SparseGPT, arXiv 2301.00774; equal to its code with <see cref="CutOff.AtOrBelow"/>.
/// </remarks>
internal static class SparseGpt
{
    private static readonly ColumnLoop loop =
        Vector512.IsHardwareAccelerated ? SparseGptColumns<Lanes512>.Prune : SparseGptColumns<PortableLanes>.Prune;

    /// <summary>Prunes a weight in place.</summary>
    /// <param name="weight">float32 [rows, columns], contiguous.</param>
    /// <param name="hessian">Of the layer's inputs; comes back as it was.</param>
    /// <param name="rule">
    /// The pattern. One layer's share is lost by every block of columns, with <see cref="Scope.PerRow"/> by every row of it; <see cref="Scope.Global"/>
    /// counts as <see cref="Scope.PerLayer"/>. Blocks are compared with those above and below them, by the sum of their scores when their first column
    /// is reached. N:M groups are chosen then too, out of the weights as they are by then.
    /// </param>
    /// <param name="options">
    /// Damping and CutOff, and BlockSize, which is rounded up to a multiple of M. Only for unstructured rules does it matter to what is chosen.
    /// </param>
    /// <param name="alreadyPruned">bool [rows, columns], what goes anyhow, counted among what the rule asks for; or null.</param>
    /// <param name="cancellationToken">Leaves the weight half done.</param>
    /// <returns>The mask, in the current dispose scope, and what was done.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other or the rule, or the weight holds NaN or infinity.</exception>
    /// <exception cref="InvalidOperationException">The Hessian has no factor; the weight is as it was.</exception>
    public static Solution Prune(
        Tensor weight,
        Hessian hessian,
        SparsityRule rule,
        PruneOptions options,
        Tensor? alreadyPruned = null,
        CancellationToken cancellationToken = default)
    {
        Check(weight, hessian, rule, options, alreadyPruned);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        using var factor = new HessianFactor(hessian, options.Damping);

        // Both are the tensors themselves where those are on the CPU.
        var (matrix, upper) = (weight.cpu(), factor.Upper.cpu());
        var pruned = alreadyPruned is null ? zeros_like(matrix, ScalarType.Bool) : alreadyPruned.cpu().clone();
        matrix.masked_fill_(factor.Dead.cpu(), 0);
        var loss = Prune(matrix, upper, pruned, rule, options, cancellationToken);
        if (weight.device_type != DeviceType.CPU)
        {
            weight.copy_(matrix);
            pruned = pruned.to(weight.device);
        }

        return new(pruned.MoveToOuterDisposeScope(), loss, factor.Damping, factor.DampingRaises, factor.DeadColumns);
    }

    private static double Prune(
        Tensor weight, Tensor upper, Tensor pruned, SparsityRule rule, PruneOptions options, CancellationToken cancellationToken)
    {
        var (rows, columns) = (checked((int)weight.shape[0]), checked((int)weight.shape[1]));
        var size = BlockSize(rows, columns, rule, options.BlockSize);
        var factor = new float[size * size];
        var losses = new double[rows];
        var choice = new SparseGptChoice(rule, options.CutOff, new(weight), new(pruned), rows);

        // Whole blocks are chosen in every row before any row goes on, so the errors of all rows have to wait for each other.
        using var waiting = rule.IsBlocked ? empty((long)rows * size) : null;
        for (var first = 0; first < columns; first += size)
        {
            using var scope = NewDisposeScope();
            var width = Math.Min(size, columns - first);
            var factorRows = upper.narrow(0, first, width);
            MemoryMarshal.Cast<byte, float>(factorRows.narrow(1, first, width).contiguous().bytes).CopyTo(factor);
            var step = rule.IsBlocked ? rule.BlockColumns : width;
            for (var start = first; start < first + width; start += step)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var segment = new ColumnSegment(columns, first, start, start + step, first + width);
                choice.Choose(segment, Squares(factor, segment));
                PruneRows(segment, rule, factor, factorRows.narrow(1, segment.End, columns - segment.End), weight, pruned, waiting, losses);
            }
        }

        return losses.Sum();
    }

    // Every core takes some rows through the segment and, at the end of a column block, to the columns behind it.
    private static void PruneRows(
        ColumnSegment segment, SparsityRule rule, float[] factor, Tensor factorBehind, Tensor weight, Tensor pruned, Tensor? waiting, double[] losses)
    {
        var width = segment.BlockColumns;
        TensorRows.ForEachGroup(
            losses.Length,
            () => waiting ?? empty((long)TensorRows.GroupOf(losses.Length) * width),
            (buffer, first, count) =>
            {
                using var gradientsOff = no_grad();
                using var scope = NewDisposeScope();
                using var threads = MklThreads.UseOne();
                var errors = buffer.narrow(0, waiting is null ? 0 : (long)first * width, (long)count * width).view(count, width);
                loop(
                    segment,
                    rule.M - rule.N,
                    rule.M,
                    factor,
                    new TensorRows<float>(weight)[first, count],
                    new TensorRows<byte>(pruned)[first, count],
                    new TensorRows<float>(errors)[0, count],
                    losses.AsSpan(first, count));
                if (segment.Last == segment.End && factorBehind.shape[1] > 0)
                {
                    weight.narrow(0, first, count).narrow(1, segment.End, factorBehind.shape[1]).addmm_(errors, factorBehind, beta: 1, alpha: -1);
                }
            },
            buffer =>
            {
                if (waiting is null)
                {
                    buffer.Dispose();
                }
            });
    }

    // d², column by column.
    private static float[] Squares(float[] factor, ColumnSegment segment)
    {
        var squares = new float[segment.Last - segment.First];
        for (var i = 0; i < squares.Length; i++)
        {
            var d = factor[(segment.First - segment.Block + i) * (segment.BlockColumns + 1)];
            squares[i] = d * d;
        }

        return squares;
    }

    // Where blocks are chosen the size matters to the speed alone: the errors of all rows are to take an eighth of the Hessian.
    private static int BlockSize(int rows, int columns, SparsityRule rule, int blockSize) => rule.IsBlocked
        ? Math.Min(columns, RoundUp((int)Math.Clamp((long)columns * columns / 8 / rows, 1, blockSize), rule.BlockColumns))
        : Math.Min(columns, RoundUp(Math.Min(blockSize, columns), Math.Max(rule.M, 1)));

    private static int RoundUp(int count, int unit) => (count + unit - 1) / unit * unit;

    private static void Check(Tensor weight, Hessian hessian, SparsityRule rule, PruneOptions options, Tensor? alreadyPruned)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BlockSize, 1, nameof(options.BlockSize));
        if (!(options.Damping is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Damping, "The damping is a fraction of the mean of the Hessian's diagonal: greater than 0, at most 1.");
        }

        if (weight.dtype != ScalarType.Float32 || weight.dim() != 2 || weight.shape[1] != hessian.Columns || !weight.is_contiguous())
        {
            throw new ArgumentException(
                $"The weight is {weight.dtype} [{string.Join(", ", weight.shape)}]; a contiguous Float32 matrix with {hessian.Columns} columns is needed.",
                nameof(weight));
        }

        if (rule.IsDense)
        {
            throw new ArgumentException("The rule keeps everything; there is nothing to prune.", nameof(rule));
        }

        if (weight.shape[1] % Math.Max(rule.M, 1) != 0)
        {
            throw new ArgumentException($"A row of {weight.shape[1]} weights does not fall into groups of {rule.M}, as {rule} needs it.", nameof(rule));
        }

        if (rule.IsBlocked && (weight.shape[0] % rule.BlockRows != 0 || weight.shape[1] % rule.BlockColumns != 0))
        {
            throw new ArgumentException(
                $"A weight of {weight.shape[0]} x {weight.shape[1]} does not fall into blocks of {rule.BlockRows} x {rule.BlockColumns}.", nameof(rule));
        }

        if (alreadyPruned is not null && (alreadyPruned.dtype != ScalarType.Bool || !alreadyPruned.shape.AsSpan().SequenceEqual(weight.shape)))
        {
            throw new ArgumentException(
                $"The mask is {alreadyPruned.dtype} [{string.Join(", ", alreadyPruned.shape)}]; Bool [{string.Join(", ", weight.shape)}] is needed.",
                nameof(alreadyPruned));
        }

        using var scope = NewDisposeScope();
        var (min, max) = weight.detach().aminmax();
        if (!float.IsFinite(min.item<float>()) || !float.IsFinite(max.item<float>()))
        {
            throw new ArgumentException("The weight holds NaN or infinity.", nameof(weight));
        }
    }
}
