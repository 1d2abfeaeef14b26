using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How probable it is that one sample of a batch picks another as its neighbour: KL from the teacher's to the student's, by cosines mapped to [0, 1]. Paper:
/// Passalis and Tefas, Learning Deep Representations with Probabilistic Knowledge Transfer, arXiv 1803.10837.
/// </summary>
public static class ProbabilisticTransfer
{
    /// <summary>The mean over all pairs of samples.</summary>
    /// <param name="student">[batch, ..].</param>
    /// <param name="teacher">[batch, ..]; all but the batch may differ. No gradient flows into it.</param>
    /// <param name="eps">Added to norms and, inside the logarithm, to probabilities.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher, double eps = 1e-7)
    {
        var (ours, theirs) = FeatureShapes.Samples(student, teacher);
        var (q, p) = (Neighbours(ours), Neighbours(theirs));
        return FeatureShapes.Mean(p * ((p + eps) / (q + eps)).log());

        Tensor Neighbours(Tensor samples)
        {
            var directions = samples / (samples.norm(dim: 1, keepdim: true) + eps);
            var likeness = (directions.matmul(directions.t()) + 1) / 2;
            return likeness / likeness.sum(dim: 1, keepdim: true);
        }
    }
}
