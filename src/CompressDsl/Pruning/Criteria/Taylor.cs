using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The score of a weight is |w * g|, g the gradient of the mean loss over the calibration batches: the first-order change of the loss.</summary>
/// <remarks>Paper: Molchanov et al., Importance Estimation for Neural Network Pruning, arXiv 1906.10771.</remarks>
internal static class Taylor
{
    /// <summary>The scores: float32, at least 0, the shape of the weight. A new tensor.</summary>
    public static Tensor Score(Tensor weight, Tensor meanGradient) => weight.detach().to(ScalarType.Float32).mul(meanGradient).abs();
}
