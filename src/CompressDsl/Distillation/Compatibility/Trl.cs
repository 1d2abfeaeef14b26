using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>
/// The distillation losses of huggingface/trl, without a factor T^2, as they are there. Labels are a mask, and nothing is shifted: the caller has.
/// </summary>
public static partial class Trl
{
    /// <summary>
    /// The loss of GKDTrainer: <see cref="JensenShannon"/> for a beta between 0 and 1; at 0 <see cref="ForwardKl"/> and at 1 <see cref="ReverseKl"/>,
    /// which are not its limits.
    /// </summary>
    /// <param name="student">The student's logits [batch, length, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="labels">[batch, length], int64; -100 leaves a token out. Null: all count.</param>
    /// <param name="beta">The teacher's share, in [0, 1].</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="reduction">
    /// <see cref="LossReduction.BatchMean"/> divides by the tokens that count, but, without labels, by the batch alone; <see cref="LossReduction.Mean"/>
    /// by tokens times classes; <see cref="LossReduction.None"/> gives [tokens that count, classes], or without labels [batch, length, classes].
    /// </param>
    /// <param name="itemsInBatch">What the sum is divided by whatever the reduction; null for none.</param>
    /// <returns>A scalar, or what <see cref="LossReduction.None"/> gives; its gradient goes to the student alone.</returns>
    public static Tensor GeneralizedJensenShannon(
        Tensor student, Tensor teacher, Tensor? labels = null, double beta = 0.5, double temperature = 1,
        LossReduction reduction = LossReduction.BatchMean, double? itemsInBatch = null)
    {
        var (ours, theirs) = Select(student, teacher, labels?.ne(LogitRows.IgnoredLabel), temperature);
        var terms = beta switch
        {
            0 => ForwardKl.Terms(theirs, ours),
            1 => ForwardKl.Terms(ours, theirs),
            _ => JensenShannon.Terms(theirs, ours, Mixture.CheckShare(beta)),
        };
        return itemsInBatch is { } items ? terms.sum() / items : Reduce(terms, reduction);
    }

    /// <summary>The single-step term of MiniLLMTrainer: <see cref="ReverseKl"/>.</summary>
    /// <inheritdoc cref="GeneralizedJensenShannon"/>
    /// <param name="student">The student's logits [batch, length, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="mask">[batch, length]; 0 or false leaves a token out. Null: all count.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="reduction">As in <see cref="GeneralizedJensenShannon"/>, a mask in place of labels.</param>
    public static Tensor MiniLlmSingleStep(
        Tensor student, Tensor teacher, Tensor? mask = null, double temperature = 1, LossReduction reduction = LossReduction.BatchMean)
    {
        var (ours, theirs) = Select(student, teacher, mask?.ne(0), temperature);
        return Reduce(ForwardKl.Terms(ours, theirs), reduction);
    }

    /// <summary>Log-probabilities of the tokens that count [tokens, classes], or where there is no mask of all [batch, length, classes].</summary>
    private static (Tensor Student, Tensor Teacher) Select(Tensor student, Tensor teacher, Tensor? counts, double temperature)
    {
        ClasswiseKl.CheckLogits(student, teacher);
        FeatureShapes.CheckMask(counts, student.shape.AsSpan()[..^1], "mask");
        var kept = FeatureShapes.Kept(counts);
        return (Log(student), Log(FeatureShapes.Target(teacher, student)));

        Tensor Log(Tensor logits) => ClasswiseKl.Log(kept is null ? logits : FeatureShapes.Select(logits.flatten(0, -2), kept), temperature);
    }

    // Where tokens were selected the first dimension is of tokens, else of the batch: what the reference divides by.
    private static Tensor Reduce(Tensor terms, LossReduction reduction) => ClasswiseKl.Reduce(terms, reduction);
}
