using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The distillation loss against a teacher whose answers were kept: hard term as ever, soft term from what the cache holds.</summary>
public static class CachedLoss
{
    /// <summary>The loss of one batch: (1 - Alpha) * Hard + Alpha * Soft, with T^2 in Soft, each the mean over the rows that count.</summary>
    /// <param name="studentLogits">[length, classes] or [batch, length, classes], floating point.</param>
    /// <param name="teacher">What the cache holds of the same inputs, on the same device (<see cref="CachedTargets.To"/>).</param>
    /// <param name="labels">[length] or [batch, length], int64 or int32; -100 leaves a row out.</param>
    /// <param name="mask">The shape of the labels, any type; 0 or false leaves a row out. Null: every row counts.</param>
    /// <param name="options">The loss; null takes the defaults.</param>
    /// <returns>The terms, in the dispose scope around the call.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, the temperature was not planned, the divergence cannot be had from what is kept, or shapes do not fit.
    /// </exception>
    public static DistillationTerms Compute(
        Tensor studentLogits, CachedTargets teacher, Tensor labels, Tensor? mask = null, CachedLossOptions? options = null)
    {
        LogitShapes.Check(studentLogits, labels, mask);
        return Compute(studentLogits, teacher, labels, mask, options ?? new(), next: false);
    }

    /// <summary>As <see cref="Compute(Tensor, CachedTargets, Tensor, Tensor?, CachedLossOptions?)"/>, for a causal language model: logits at t are held against the label at t + 1.</summary>
    /// <inheritdoc cref="Compute(Tensor, CachedTargets, Tensor, Tensor?, CachedLossOptions?)"/>
    public static DistillationTerms ComputeNext(
        Tensor studentLogits, CachedTargets teacher, Tensor labels, Tensor? mask = null, CachedLossOptions? options = null)
    {
        LogitShapes.Check(studentLogits, labels, mask);
        LogitShapes.CheckLogitSequence(studentLogits);
        return Compute(studentLogits, teacher, labels, mask, options ?? new(), next: true);
    }

    private static DistillationTerms Compute(
        Tensor studentLogits, CachedTargets teacher, Tensor labels, Tensor? mask, CachedLossOptions options, bool next)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        options.Check();
        if (!teacher.Shape.SequenceEqual(studentLogits.shape[..^1]))
        {
            throw new ArgumentException($"The student's logits are {FeatureShapes.Text(studentLogits)}; the cached targets are of inputs [{string.Join(", ", teacher.Shape)}].");
        }

        LogitShapes.SharedClasses(studentLogits.shape[^1], teacher.Classes, Vocabulary.Same);

        using var scope = NewDisposeScope();
        var counted = LabelledRows.Of(studentLogits, labels, mask, next, studentLogits.shape[^1]);
        var student = FeatureShapes.Widen(counted.Select(studentLogits));
        var hard = LogitRows.Select(student, counted.Labels).CrossEntropy();
        var soft = options.T * options.T * SparseDivergence.Mean(student, teacher, counted, options);
        return new DistillationTerms(hard, soft, options.Alpha, counted.Count).MoveToOuterDisposeScope();
    }
}
