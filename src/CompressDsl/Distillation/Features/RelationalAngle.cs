using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// At which angles a batch sees its samples from each of them: the Huber difference of the cosines. Needs memory for batch^3 numbers. Paper: Park et al.,
/// Relational Knowledge Distillation, arXiv 1904.05068.
/// </summary>
public static class RelationalAngle
{
    /// <summary>The mean over all triples of samples.</summary>
    /// <inheritdoc cref="RelationalDistance.Mean"/>
    public static Tensor Mean(Tensor student, Tensor teacher) => Reduce(student, teacher, nn.Reduction.Mean);

    /// <summary>The same, with another reduction.</summary>
    internal static Tensor Reduce(Tensor student, Tensor teacher, nn.Reduction reduction)
    {
        var (ours, theirs) = FeatureShapes.Samples(student, teacher);
        return nn.functional.smooth_l1_loss(Cosines(ours), Cosines(theirs), reduction);
    }

    private static Tensor Cosines(Tensor samples)
    {
        var directions = nn.functional.normalize(samples.unsqueeze(0) - samples.unsqueeze(1), dim: 2);
        return directions.bmm(directions.transpose(1, 2));
    }
}
