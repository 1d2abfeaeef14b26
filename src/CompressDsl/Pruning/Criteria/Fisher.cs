using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score of a weight is w² * f / 2, f the mean over the calibration batches of its squared gradient (the diagonal of the empirical Fisher
/// matrix): the second-order change of the loss.
/// </summary>
/// <remarks>
/// A batch is one sample: with several sequences in a batch their gradients are averaged before they are squared.
/// Paper: Theis et al., Faster gaze prediction with dense networks and Fisher pruning, arXiv 1801.05787.
/// </remarks>
internal static class Fisher
{
    /// <summary>The scores: float32, at least 0, the shape of the weight. A new tensor.</summary>
    public static Tensor Score(Tensor weight, Tensor meanSquaredGradient) =>
        weight.detach().to(ScalarType.Float32).square().mul(meanSquaredGradient).div(2);
}
