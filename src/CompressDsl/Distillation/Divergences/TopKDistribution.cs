using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What is kept of a distribution over many classes: the k most probable ones of every row, and how much all the others have together. A teacher's
/// answers are stored like this, and a student is compared with it over k + 1 categories, the last one being everything else.
/// </summary>
/// <remarks>
/// The divergences that take one (<see cref="TopKForwardKl"/>, <see cref="TopKReverseKl"/>, <see cref="TopKJensenShannon"/>,
/// <see cref="TopKTotalVariation"/>) are lower bounds of those over all classes, and equal to them where k covers every class or both sides spread the
/// rest evenly. No gradient flows into a distribution. Its tensors belong to the dispose scope that it was made in.
/// </remarks>
public sealed class TopKDistribution
{
    /// <summary>The logarithm of nothing: finite, so that 0 * ln 0 is 0 and not NaN.</summary>
    internal const float LogZero = float.MinValue;

    /// <summary>Takes parts that fit together; the tensors are kept, not copied.</summary>
    /// <param name="indices">The classes, int64 [rows, k], each at most once in a row.</param>
    /// <param name="logProbabilities">The natural logarithms of their probabilities [rows, k], float32 or float64.</param>
    /// <param name="logTail">The natural logarithm of what is left for all other classes [rows], of the same type; float.MinValue for nothing.</param>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public TopKDistribution(Tensor indices, Tensor logProbabilities, Tensor logTail)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(logProbabilities);
        ArgumentNullException.ThrowIfNull(logTail);
        if (indices.dtype != ScalarType.Int64 || indices.dim() != 2 || indices.shape[1] < 1)
        {
            throw new ArgumentException($"The indices are {indices.dtype} {FeatureShapes.Text(indices)}; they must be Int64 [rows, k of at least 1].");
        }

        if (logProbabilities.dtype is not (ScalarType.Float32 or ScalarType.Float64) || !logProbabilities.shape.AsSpan().SequenceEqual(indices.shape))
        {
            throw new ArgumentException(
                $"The log-probabilities are {logProbabilities.dtype} {FeatureShapes.Text(logProbabilities)}; they must be Float32 (or Float64) " +
                $"{FeatureShapes.Text(indices)}, as the indices.");
        }

        if (logTail.dtype != logProbabilities.dtype || logTail.dim() != 1 || logTail.shape[0] != indices.shape[0])
        {
            throw new ArgumentException(
                $"The tail is {logTail.dtype} {FeatureShapes.Text(logTail)}; it must be {logProbabilities.dtype} [{indices.shape[0]}], one number a row.");
        }

        (Indices, LogProbabilities, LogTail) = (indices, logProbabilities.detach(), logTail.detach());
    }

    /// <summary>The classes, int64 [rows, k].</summary>
    public Tensor Indices { get; }

    /// <summary>ln of their probabilities [rows, k].</summary>
    public Tensor LogProbabilities { get; }

    /// <summary>ln of the probability of all other classes together [rows].</summary>
    public Tensor LogTail { get; }

    /// <summary>How many rows there are.</summary>
    public long Rows => Indices.shape[0];

    /// <summary>How many classes of a row are kept.</summary>
    public long K => Indices.shape[1];

    /// <summary>The k most probable classes of softmax(logits / T), most probable first.</summary>
    /// <param name="logits">[rows, classes], floating point.</param>
    /// <param name="k">How many are kept, from 1 to the number of classes.</param>
    /// <param name="temperature">T, greater than 0.</param>
    public static TopKDistribution FromLogits(Tensor logits, int k, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.dim() != 2 || k < 1 || k > logits.shape[1])
        {
            throw new ArgumentException($"The logits are {FeatureShapes.Text(logits)} and k is {k}; they must be [rows, classes], and k in [1, classes].");
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var all = (FeatureShapes.Widen(logits) / LogitRows.CheckTemperature(temperature)).log_softmax(-1).clamp(min: LogZero);
        var (values, indices) = all.topk(k, -1);
        var kept = new TopKDistribution(indices, values, LogRest(all, indices));
        kept.Indices.MoveToOuterDisposeScope();
        kept.LogProbabilities.MoveToOuterDisposeScope();
        kept.LogTail.MoveToOuterDisposeScope();
        return kept;
    }

    /// <summary>Some of the rows, in the order in which they are named.</summary>
    /// <param name="rows">Numbers of rows, int64 [n].</param>
    public TopKDistribution Select(Tensor rows) =>
        new(Indices.index_select(0, rows), LogProbabilities.index_select(0, rows), LogTail.index_select(0, rows));

    /// <summary>
    /// The distribution at another temperature: every probability, the tail's too, to the power 1 / T, and renormalised. What one does where the
    /// logits are gone; exact for the kept classes among themselves, while the tail counts as one class.
    /// </summary>
    /// <param name="temperature">T, greater than 0; relative to the temperature that it has now.</param>
    public TopKDistribution Soften(double temperature)
    {
        var parts = (Categories / LogitRows.CheckTemperature(temperature)).log_softmax(-1).clamp(min: LogZero);
        var none = LogTail.le(LogZero / 2);
        return new(Indices, parts.narrow(1, 0, K), parts.select(1, K).masked_fill(none, LogZero));
    }

    /// <summary>The kept classes alone, their probabilities renormalised to a sum of 1, and nothing for the rest.</summary>
    public TopKDistribution WithoutTail() => new(Indices, LogProbabilities.log_softmax(-1).clamp(min: LogZero), full_like(LogTail, LogZero));

    /// <summary>ln of the k + 1 categories [rows, k + 1], the tail last.</summary>
    internal Tensor Categories => cat([LogProbabilities, LogTail.unsqueeze(1)], 1);

    /// <summary>ln of what a student's softmax(logits / T) gives to the same k + 1 categories [rows, k + 1]; the gradient flows.</summary>
    internal Tensor CategoriesOf(Tensor studentLogits, double temperature)
    {
        ArgumentNullException.ThrowIfNull(studentLogits);
        if (studentLogits.dim() != 2 || studentLogits.shape[0] != Rows || studentLogits.shape[1] < K)
        {
            throw new ArgumentException(
                $"The student's logits are {FeatureShapes.Text(studentLogits)}; for a teacher of {Rows} rows and the {K} most probable classes they " +
                $"must be [{Rows}, at least {K} classes].");
        }

        var all = (FeatureShapes.Widen(studentLogits) / LogitRows.CheckTemperature(temperature)).log_softmax(-1).clamp(min: LogZero);
        return cat([all.gather(1, Indices), LogRest(all, Indices).unsqueeze(1)], 1).to(LogProbabilities.dtype == all.dtype ? all.dtype : ScalarType.Float64);
    }

    // Not ln(1 - sum): where the kept classes have nearly everything, that would be ln of rounding.
    private static Tensor LogRest(Tensor all, Tensor indices) => all.scatter(1, indices, full_like(indices, LogZero, dtype: all.dtype)).logsumexp(-1)
        .clamp(min: LogZero);
}
