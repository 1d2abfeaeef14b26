using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>
/// The losses of yoshitomo-matsubara/torchdistill, where alpha is the weight of the HARD term. This part has those on logits; DISTLoss is
/// <see cref="StrongerTeacher"/>.
/// </summary>
public static partial class Torchdistill
{
    /// <summary>
    /// KDLoss: alpha * CE + beta * T^2 * KL(p ‖ q). Without alpha, at alpha 0, or without labels it is the KL alone, and then without the factor T^2.
    /// </summary>
    /// <param name="student">The student's logits [batch, classes, ..].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="targets">The labels, int64 [batch, ..]; -100 leaves one out of the hard term, but not of the soft one.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="alpha">The weight of the hard term.</param>
    /// <param name="beta">The weight of the soft term; null for 1 - alpha.</param>
    /// <param name="reduction">
    /// Of the soft term: <see cref="LossReduction.BatchMean"/> divides by the batch, <see cref="LossReduction.Mean"/> by all elements. Of the hard term: the
    /// mean over labels, or for <see cref="LossReduction.Sum"/> the sum. <see cref="LossReduction.None"/> is for the soft term alone.
    /// </param>
    /// <returns>A scalar, or what <see cref="LossReduction.None"/> gives; its gradient goes to the student alone.</returns>
    public static Tensor Kd(
        Tensor student, Tensor teacher, Tensor? targets, double temperature, double? alpha = null, double? beta = null,
        LossReduction reduction = LossReduction.BatchMean) =>
        Combine(student, student, teacher, targets, temperature, alpha, beta, reduction);

    /// <summary>
    /// LogitStdKDLoss: <see cref="Kd"/>, its soft term on logits of mean 0 and standard deviation 1 in every row. Paper: Sun et al., Logit Standardization in
    /// Knowledge Distillation, arXiv 2403.01427.
    /// </summary>
    /// <inheritdoc cref="Kd"/>
    /// <param name="student">The student's logits [batch, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="targets">The labels, int64 [batch].</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="alpha">The weight of the hard term.</param>
    /// <param name="beta">The weight of the soft term; null for 1 - alpha.</param>
    /// <param name="reduction">As there.</param>
    /// <param name="eps">Added to the standard deviation, which has n - 1 below the sum.</param>
    public static Tensor LogitStandardizedKd(
        Tensor student, Tensor teacher, Tensor? targets, double temperature, double? alpha = null, double? beta = null,
        LossReduction reduction = LossReduction.BatchMean, double eps = 1e-7)
    {
        return Combine(student, Standard(FeatureShapes.Widen(student)), Standard(FeatureShapes.Target(teacher, student)), targets, temperature, alpha, beta, reduction);

        Tensor Standard(Tensor logits) => (logits - logits.mean([-1], keepdim: true)) / (eps + logits.std(-1, true, true));
    }

    /// <summary>
    /// SRDLoss: 2 ln(sum of |student - teacher|^exponent) of features, plus KL(p ‖ q) of logits without the factor T^2. Paper: Miles and Mikolajczyk,
    /// Understanding the Role of the Projector in Knowledge Distillation, arXiv 2303.11098.
    /// </summary>
    /// <param name="studentFeatures">[batch, ..].</param>
    /// <param name="teacherFeatures">The same shape.</param>
    /// <param name="student">The student's logits [batch, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="exponent">The power of differences.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="reduction">Of the KL, as in <see cref="Kd"/>.</param>
    /// <returns>A scalar; its gradient goes to the student alone.</returns>
    public static Tensor SimpleRecipe(
        Tensor studentFeatures, Tensor teacherFeatures, Tensor student, Tensor teacher, double exponent = 1, double temperature = 1,
        LossReduction reduction = LossReduction.BatchMean)
    {
        FeatureShapes.Check(studentFeatures, teacherFeatures, "features of the same shape", static (student, teacher) => student.AsSpan().SequenceEqual(teacher));
        var difference = FeatureShapes.Widen(studentFeatures) - FeatureShapes.Target(teacherFeatures, studentFeatures);
        return (2 * difference.abs().pow(exponent).sum().log()) + ClasswiseKl.Reduce(ClasswiseKl.Terms(student, teacher, temperature, 1), reduction);
    }

    private static Tensor Combine(
        Tensor student, Tensor softStudent, Tensor softTeacher, Tensor? targets, double temperature, double? alpha, double? beta, LossReduction reduction)
    {
        var soft = ClasswiseKl.Reduce(ClasswiseKl.Terms(softStudent, softTeacher, temperature, 1), reduction);
        if (targets is null || alpha is not { } hardWeight || hardWeight == 0)
        {
            return soft;
        }

        var hard = nn.functional.cross_entropy(FeatureShapes.Widen(student), targets, ignore_index: LogitRows.IgnoredLabel, reduction: reduction switch
        {
            LossReduction.BatchMean or LossReduction.Mean => nn.Reduction.Mean,
            LossReduction.Sum => nn.Reduction.Sum,
            _ => throw ClasswiseKl.NoSuch(reduction),
        });
        return (hardWeight * hard) + ((beta ?? 1 - hardWeight) * temperature * temperature * soft);
    }
}
