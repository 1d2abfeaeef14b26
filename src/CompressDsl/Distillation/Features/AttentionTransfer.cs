using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Where a layer of a convolutional network looks: the distance of the maps of squared activations, summed over channels and normalised. Paper: Zagoruyko and
/// Komodakis, Paying More Attention to Attention, arXiv 1612.03928, equation 2.
/// </summary>
public static class AttentionTransfer
{
    /// <summary>The mean over the batch.</summary>
    /// <param name="student">[batch, channels, height, width].</param>
    /// <param name="teacher">The same batch, height and width; channels may differ. No gradient flows into it.</param>
    /// <returns>A scalar, in [0, sqrt 2].</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher) => FeatureShapes.Mean(Difference(student, teacher).norm(dim: 1));

    /// <summary>The difference of the normalised maps [batch, places].</summary>
    internal static Tensor Difference(Tensor student, Tensor teacher)
    {
        var (ours, theirs) = FeatureShapes.Maps(student, teacher, sameChannels: false);
        return Map(ours) - Map(theirs);

        static Tensor Map(Tensor features) => nn.functional.normalize(features.square().sum(dim: 1).flatten(1), dim: 1);
    }
}
