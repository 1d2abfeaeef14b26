using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <content>Losses on the order of the teacher's top k.</content>
public static partial class DistillKit
{
    /// <summary>
    /// The mean over all pairs of which the teacher prefers the first by more than eps, both more probable than eps, of what the difference of the
    /// student's probabilities falls short of a margin.
    /// </summary>
    /// <param name="student">The student's logits [batch, length, classes].</param>
    /// <param name="teacher">What is stored of the teacher: log-probabilities, or else values that are taken for probabilities.</param>
    /// <param name="margin">The margin; null for the difference of the teacher's probabilities.</param>
    /// <param name="mask">[batch, length]; 0 or false leaves a token out. Null: all count.</param>
    /// <param name="eps">See above; it is added to the number of pairs too.</param>
    /// <returns>A scalar; its gradient goes to the student alone.</returns>
    public static Tensor Hinge(Tensor student, DistillKitSignal teacher, double? margin, Tensor? mask = null, double eps = 1e-8)
    {
        var (logits, ids, probabilities) = Select(student, teacher, mask);
        var q = logits.softmax(-1).gather(1, ids);
        var wanted = margin is { } fixedMargin ? fixedMargin : Difference(probabilities);
        return MeanOfPairs((wanted - Difference(q)).relu(), probabilities, eps);
    }

    /// <summary>
    /// The mean over the same pairs as <see cref="Hinge"/> of ln(1 + exp(-d)), d how much greater the student's first logit is than its second.
    /// </summary>
    /// <inheritdoc cref="Hinge"/>
    public static Tensor LogisticRanking(Tensor student, DistillKitSignal teacher, Tensor? mask = null, double eps = 1e-9)
    {
        var (logits, ids, probabilities) = Select(student, teacher, mask);
        return MeanOfPairs(nn.functional.softplus(-Difference(logits.gather(1, ids))), probabilities, eps);
    }

    private static (Tensor Logits, Tensor Ids, Tensor Probabilities) Select(Tensor student, DistillKitSignal teacher, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        var rows = LogitRows.Select(student, NoLabels(student), Flat(mask));
        var kept = FeatureShapes.Kept(mask);
        var values = DistillKitSignal.Rows(teacher.Values.detach(), kept).to(rows.Student.dtype);
        return (rows.Student, DistillKitSignal.Rows(teacher.Ids, kept).to(ScalarType.Int64), teacher.AreLogProbabilities ? values.exp() : values);
    }

    /// <summary>The first of a pair minus the second [rows, first, second].</summary>
    private static Tensor Difference(Tensor values) => values.unsqueeze(-1) - values.unsqueeze(-2);

    private static Tensor MeanOfPairs(Tensor values, Tensor probabilities, double eps)
    {
        var supported = probabilities.gt(eps);
        var prefers = probabilities.unsqueeze(-1).gt(probabilities.unsqueeze(-2) + eps);
        var counts = prefers.logical_and(supported.unsqueeze(-1)).logical_and(supported.unsqueeze(-2));
        return values.masked_fill(counts.logical_not(), 0).sum() / (counts.sum() + eps);
    }
}
