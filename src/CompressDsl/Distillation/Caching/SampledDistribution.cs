using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Classes drawn from a teacher's softened distribution, how much each weighs, and what the teacher gives to it.</summary>
/// <remarks>A mean over the draws is right, in the mean over all draws that there could have been, for the sum over all classes.</remarks>
public sealed class SampledDistribution
{
    internal SampledDistribution(Tensor indices, Tensor weights, Tensor logProbabilities) =>
        (Indices, Weights, LogProbabilities) = (indices, weights, logProbabilities);

    /// <summary>The classes, int64 [rows, m]; class 0 with weight 0 where a row has fewer than m.</summary>
    public Tensor Indices { get; }

    /// <summary>How often each was drawn, divided by the number of draws [rows, m]; a row sums to 1.</summary>
    public Tensor Weights { get; }

    /// <summary>ln of what the teacher's softened distribution gives to each [rows, m].</summary>
    public Tensor LogProbabilities { get; }

    /// <summary>
    /// The mean over the rows of the sum of weight * (ln p - ln q): an unbiased estimate of KL(p ‖ q), exactly 0 where the student equals the teacher.
    /// Its gradient is that of the cross entropy with the weights as targets.
    /// </summary>
    /// <param name="studentLogits">[rows, classes], not softened.</param>
    /// <param name="temperature">T, that at which the classes were drawn.</param>
    /// <returns>A scalar; it may be below 0, being an estimate. 0, with a gradient of 0, when there is no row.</returns>
    public Tensor ForwardKl(Tensor studentLogits, double temperature)
    {
        ArgumentNullException.ThrowIfNull(studentLogits);
        var student = LogProbabilitiesOf(studentLogits, temperature).gather(1, Indices);
        return (Weights * (LogProbabilities - student)).sum() / Math.Max(1, Indices.shape[0]);
    }

    internal static Tensor LogProbabilitiesOf(Tensor logits, double temperature) =>
        (FeatureShapes.Widen(logits) / LogitRows.CheckTemperature(temperature)).log_softmax(-1).clamp(min: TopKDistribution.LogZero);

    internal SampledDistribution Select(Tensor rows) =>
        new(Indices.index_select(0, rows), Weights.index_select(0, rows), LogProbabilities.index_select(0, rows));

    internal SampledDistribution To(Device device) => new(Indices.to(device), Weights.to(device), LogProbabilities.to(device));
}
