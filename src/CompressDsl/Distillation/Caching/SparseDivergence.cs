using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The divergences where only a part of the teacher's distribution is known: over its k most probable classes, and all others as one more, they are the
/// same code as over all classes.
/// </summary>
internal static class SparseDivergence
{
    /// <summary>The mean over the rows, without the factor T^2.</summary>
    /// <param name="student">The student's logits of the rows that count [rows, classes], float32 or float64.</param>
    /// <param name="targets">What is known of the teacher, one row a position.</param>
    /// <param name="counted">Which rows count, and their labels.</param>
    /// <param name="options">Which divergence, T and Beta.</param>
    /// <exception cref="ArgumentException">It cannot be had from what is known.</exception>
    public static Tensor Mean(Tensor student, CachedTargets targets, LabelledRows counted, CachedLossOptions options)
    {
        if (targets.Contents == CacheContents.Sampled)
        {
            Require(options.Divergence == Divergence.ForwardKl, options, "a cache of sampled classes gives the forward KL alone; keep the most probable ones (TopK) for others");
            var sampled = targets.Sampled(options.T);
            return (counted.Kept is null ? sampled : sampled.Select(counted.Kept)).ForwardKl(student, options.T);
        }

        Require(options.Divergence != Divergence.MeanSquaredLogits, options, "it compares logits, and a cache holds probabilities, which do not tell them");
        var teacher = targets.TopK(options.T);
        teacher = counted.Kept is null ? teacher : teacher.Select(counted.Kept);
        var places = options.Divergence == Divergence.Decoupled ? PlacesOf(counted.Labels, teacher, options) : zeros_like(counted.Labels);
        // Logarithms of probabilities are logits of the distribution that they make, at temperature 1.
        var rows = LogitRows.Select(teacher.CategoriesOf(student, options.T), teacher.Categories, places, null, Vocabulary.Same);
        return DivergenceMean.Of(options.Divergence, rows, 1, options.Beta);
    }

    /// <summary>Where each label stands among the k classes [rows].</summary>
    private static Tensor PlacesOf(Tensor labels, TopKDistribution teacher, CachedLossOptions options)
    {
        var isLabel = teacher.Indices.eq(labels.unsqueeze(1));
        var outside = labels.shape[0] - isLabel.sum().ToInt64();
        Require(outside == 0, options, $"it needs the probability of every label, and {outside} of {labels.shape[0]} are not among the {teacher.K} classes that are kept");
        return isLabel.to(ScalarType.Int64).argmax(1);
    }

    private static void Require(bool holds, CachedLossOptions options, string why)
    {
        if (!holds)
        {
            throw new ArgumentException($"{options.Divergence} cannot be computed from the cache: {why}.");
        }
    }
}
