using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score of a weight is the sum, over the training steps, of -w * g, g the gradient of the step: above zero where training moves it away from zero,
/// below where it moves it towards zero. The lowest go.
/// </summary>
/// <remarks>
/// The published score has the learning rate as a factor, which changes no order while it is constant; here every step counts the same.
/// Paper: Sanh et al., Movement Pruning: Adaptive Sparsity by Fine-Tuning, arXiv 2005.07683.
/// </remarks>
internal static class Movement
{
    /// <summary>Adds one step to the scores.</summary>
    /// <param name="scores">float32, the shape of the weight; zero before the first step.</param>
    /// <param name="weight">The weight before the step.</param>
    /// <param name="gradient">Its gradient, of the same shape.</param>
    public static void Accumulate(Tensor scores, Tensor weight, Tensor gradient) =>
        scores.addcmul_(weight.to(ScalarType.Float32), gradient.to(ScalarType.Float32), value: -1);
}
