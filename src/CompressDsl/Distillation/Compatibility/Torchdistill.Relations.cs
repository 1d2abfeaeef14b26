using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <content>
/// Losses on how the samples of a batch relate. All give a scalar whose gradient goes to the student alone. PKTLoss is <see cref="ProbabilisticTransfer"/>.
/// </content>
public static partial class Torchdistill
{
    /// <summary>
    /// SPKDLoss: <see cref="CompressDsl.SimilarityPreserving"/>, but that rows are divided by the sum of their absolute values, where the paper has the root of
    /// the sum of squares.
    /// </summary>
    /// <param name="student">[batch, ..].</param>
    /// <param name="teacher">[batch, ..].</param>
    /// <param name="reduction"><see cref="LossReduction.BatchMean"/> divides by the batch squared; <see cref="LossReduction.Sum"/> does not.</param>
    public static Tensor SimilarityPreserving(Tensor student, Tensor teacher, LossReduction reduction = LossReduction.BatchMean) =>
        PerPair(CompressDsl.SimilarityPreserving.Difference(student, teacher, 1).square().sum(), student.shape[0], reduction);

    /// <summary>RKDLoss: the weighted sum of <see cref="RelationalDistance"/> and <see cref="RelationalAngle"/>.</summary>
    /// <param name="student">[batch, ..].</param>
    /// <param name="teacher">[batch, ..].</param>
    /// <param name="distances">The weight of distances; 0 leaves them out.</param>
    /// <param name="angles">The weight of angles; 0 leaves them out.</param>
    /// <param name="reduction"><see cref="LossReduction.Mean"/>, or <see cref="LossReduction.Sum"/>.</param>
    public static Tensor Relational(Tensor student, Tensor teacher, double distances, double angles, LossReduction reduction = LossReduction.Mean)
    {
        var how = reduction switch
        {
            LossReduction.Mean => nn.Reduction.Mean,
            LossReduction.Sum => nn.Reduction.Sum,
            _ => throw ClasswiseKl.NoSuch(reduction),
        };
        return (distances, angles) switch
        {
            (0, 0) => throw new ArgumentException("Both weights are 0; there is nothing to compute."),
            (_, 0) => distances * RelationalDistance.Reduce(student, teacher, how),
            (0, _) => angles * RelationalAngle.Reduce(student, teacher, how),
            _ => (distances * RelationalDistance.Reduce(student, teacher, how)) + (angles * RelationalAngle.Reduce(student, teacher, how)),
        };
    }

    /// <summary>
    /// CCKDLoss with the Gaussian kernel: of the difference of which <see cref="CompressDsl.CorrelationCongruence"/> takes the mean square, the norm.
    /// </summary>
    /// <param name="student">[batch, width].</param>
    /// <param name="teacher">[batch, width].</param>
    /// <param name="gamma">As there.</param>
    /// <param name="order">As there.</param>
    /// <param name="reduction"><see cref="LossReduction.BatchMean"/> divides by the batch squared; <see cref="LossReduction.Sum"/> does not.</param>
    public static Tensor CorrelationCongruence(
        Tensor student, Tensor teacher, double gamma, int order, LossReduction reduction = LossReduction.BatchMean) =>
        Distance(student, teacher, products => CompressDsl.CorrelationCongruence.Gaussian(products, gamma, order), reduction);

    /// <summary>CCKDLoss with the bilinear kernel.</summary>
    /// <inheritdoc cref="CorrelationCongruence"/>
    public static Tensor BilinearCorrelationCongruence(Tensor student, Tensor teacher, LossReduction reduction = LossReduction.BatchMean) =>
        Distance(student, teacher, static products => products, reduction);

    private static Tensor Distance(Tensor student, Tensor teacher, Func<Tensor, Tensor> kernel, LossReduction reduction) =>
        PerPair(CompressDsl.CorrelationCongruence.Difference(student, teacher, kernel).norm(), student.shape[0], reduction);

    private static Tensor PerPair(Tensor sum, long batch, LossReduction reduction) => reduction switch
    {
        LossReduction.BatchMean => sum / (batch * batch),
        LossReduction.Sum => sum,
        _ => throw ClasswiseKl.NoSuch(reduction),
    };
}
