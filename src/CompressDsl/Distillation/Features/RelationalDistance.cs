using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How far the samples of a batch are from each other: the Huber difference of their distances, relative to the mean distance. Paper: Park et al., Relational
/// Knowledge Distillation, arXiv 1904.05068.
/// </summary>
public static class RelationalDistance
{
    /// <summary>The mean over all pairs of samples, those of a sample with itself among them.</summary>
    /// <param name="student">[batch of at least 2, ..].</param>
    /// <param name="teacher">[batch, ..]; all but the batch may differ. No gradient flows into it.</param>
    /// <returns>A scalar, at least 0.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher) => Reduce(student, teacher, nn.Reduction.Mean);

    /// <summary>The same, with another reduction.</summary>
    internal static Tensor Reduce(Tensor student, Tensor teacher, nn.Reduction reduction)
    {
        var (ours, theirs) = FeatureShapes.Samples(student, teacher);
        return nn.functional.smooth_l1_loss(Distances(ours), Distances(theirs), reduction);
    }

    private static Tensor Distances(Tensor samples)
    {
        var squares = samples.square().sum(dim: 1);
        // A least square, because the gradient of a root is infinite at 0.
        var distances = (squares.unsqueeze(1) + squares.unsqueeze(0) - (2 * samples.matmul(samples.t()))).clamp(min: 1e-12).sqrt()
            .masked_fill(eye(samples.shape[0], dtype: ScalarType.Bool, device: samples.device), 0);
        return distances / distances.masked_select(distances.gt(0)).mean();
    }
}
