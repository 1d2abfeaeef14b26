using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How the channels of a feature map correlate: the mean squared difference of the matrices of their inner products over places, every row normalised. Paper:
/// Liu et al., Exploring Inter-Channel Correlation for Diversity-Preserved Knowledge Distillation, arXiv 2202.03680.
/// </summary>
public static class ChannelCorrelation
{
    /// <summary>The mean over the batch and over all pairs of channels.</summary>
    /// <param name="student">[batch, channels, ..].</param>
    /// <param name="teacher">[batch, channels, ..], of as many channels; places may differ. No gradient flows into it.</param>
    /// <returns>A scalar, at least 0.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher)
    {
        FeatureShapes.Check(student, teacher, "feature maps [batch, channels, ..] of as many channels",
            static (student, teacher) => student.Length >= 3 && teacher.Length >= 3 && student.AsSpan(0, 2).SequenceEqual(teacher.AsSpan(0, 2)));
        return FeatureShapes.Mean((Correlations(FeatureShapes.Widen(student)) - Correlations(FeatureShapes.Target(teacher, student))).square());

        static Tensor Correlations(Tensor maps)
        {
            var channels = maps.flatten(2);
            return nn.functional.normalize(channels.bmm(channels.transpose(1, 2)), dim: 2);
        }
    }
}
