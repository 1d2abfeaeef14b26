using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Feature maps compared at several resolutions (hierarchical context loss): the mean squared difference of the maps, then of what is left when they are
/// averaged to fewer places, each with half the weight of the one before. Paper: Chen et al., Distilling Knowledge via Knowledge Review, arXiv 2104.09044.
/// </summary>
public static class KnowledgeReview
{
    /// <summary>The weighted mean.</summary>
    /// <param name="student">[batch, channels, height, width].</param>
    /// <param name="teacher">The same shape; no gradient flows into it.</param>
    /// <param name="sizes">To how many places along each side maps are averaged; those that are not less than the height are passed over. Null: 4, 2, 1.</param>
    /// <returns>A scalar, at least 0.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher, IReadOnlyList<int>? sizes = null) => Reduce(student, teacher, sizes, FeatureShapes.Mean);

    /// <summary>The same, with another reduction of squares.</summary>
    internal static Tensor Reduce(Tensor student, Tensor teacher, IReadOnlyList<int>? sizes, Func<Tensor, Tensor> reduce)
    {
        var (ours, theirs) = FeatureShapes.Maps(student, teacher, sameChannels: true);
        var difference = ours - theirs;
        var (loss, weight, total) = (reduce(difference.square()), 1.0, 1.0);
        foreach (var size in (sizes ?? [4, 2, 1]).Where(size => size < student.shape[2]))
        {
            weight /= 2;
            total += weight;
            // Averaging is linear: the difference of averages is the average of the difference.
            loss += weight * reduce(nn.functional.adaptive_avg_pool2d(difference, [size, size]).square());
        }

        return loss / total;
    }
}
