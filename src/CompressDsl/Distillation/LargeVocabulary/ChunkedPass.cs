using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One pass over the rows, slice by slice: the terms, and with them the gradients of the total.</summary>
/// <remarks>
/// What a slice is worth is decided by <see cref="LogitRows"/> and the divergences, as everywhere; its gradient with respect to the logits comes from
/// torch's own graph over that slice. Only the products around it are written out.
/// </remarks>
internal sealed class ChunkedPass(HeadRows student, HeadRows? teacher, Tensor labels, ChunkedLossOptions options)
{
    /// <summary>The hard term, after <see cref="Run"/>.</summary>
    public Tensor? Hard { get; private set; }

    /// <summary>The soft term, after <see cref="Run"/>; null where there is no teacher.</summary>
    public Tensor? Soft { get; private set; }

    /// <summary>Whether the student's head has a bias.</summary>
    public bool HasBias => student.Bias is not null;

    /// <summary>Whether the gradients have been handed out: they are scaled in place, so once is all.</summary>
    public bool IsSpent { get; set; }

    /// <summary>Computes the terms.</summary>
    /// <param name="gradients">Where the gradients are added up; null computes none.</param>
    /// <returns>The total, a scalar without a graph, in the dispose scope around.</returns>
    public Tensor Run(HeadGradients? gradients)
    {
        using var scope = NewDisposeScope();
        var rows = labels.shape[0];
        var plan = ChunkPlan.Of(student, teacher, options.MemoryBudget);
        // In float64, so that many small slices add up to what one big one gives.
        var sums = zeros(2, ScalarType.Float64, labels.device);
        for (var start = 0L; start < rows; start += plan.Block)
        {
            using var block = NewDisposeScope();
            var count = Math.Min(plan.Block, rows - start);
            var logits = student.Project(start, count);
            var teachers = teacher?.Logits(start, count);
            for (var i = 0L; i < count; i += plan.Slice)
            {
                var taken = Math.Min(plan.Slice, count - i);
                Slice(
                    logits.narrow(0, i, taken), teachers?.narrow(0, i, taken), labels.narrow(0, start + i, taken), sums, gradients is not null);
            }

            gradients?.Add(logits, start);
        }

        Hard = sums[0].to(student.LossType).MoveToOuterDisposeScope();
        Soft = teacher is null ? null : sums[1].to(student.LossType).MoveToOuterDisposeScope();
        return (Soft is null ? Hard.clone() : Weighted(Hard, Soft)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the terms of a slice to the sums and, where gradients are wanted, puts them in the place of the logits.</summary>
    private void Slice(Tensor logits, Tensor? teachers, Tensor classes, Tensor sums, bool withGradient)
    {
        using var scope = NewDisposeScope();
        using var _ = enable_grad(withGradient);
        var leaf = logits.detach();
        leaf.requires_grad = withGradient;

        var capped = student.Cap(leaf);
        var rows = teachers is null
            ? LogitRows.Select(capped, classes)
            : LogitRows.Select(capped, teachers, classes, null, options.Vocabulary);
        var hard = rows.CrossEntropy();
        var soft = teachers is null ? null : options.T * options.T * DivergenceMean.Of(options.Divergence, rows, options.T, options.Beta);

        // Means over the slice become its part of the mean over all rows.
        var share = (double)rows.Count / labels.shape[0];
        if (withGradient)
        {
            ((soft is null ? hard : Weighted(hard, soft)) * share).backward();
        }

        using var gradientsOff = no_grad();
        if (withGradient)
        {
            logits.copy_(leaf.grad!);
        }

        sums.add_(stack([hard.detach(), soft?.detach() ?? zeros_like(hard)]).to(ScalarType.Float64) * share);
    }

    private Tensor Weighted(Tensor hard, Tensor soft) => ((1 - options.Alpha) * hard) + (options.Alpha * soft);
}
