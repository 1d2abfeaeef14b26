using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The score of a weight is its absolute value, in float32; the lowest go.</summary>
/// <remarks>
/// Exactly as many go as the rule asks for. The reference that goes with Wanda (locuslab/wanda, <c>prune_magnitude</c>) agrees for N:M; without N:M
/// it removes everything up to and including the value at the place floor(count * sparsity), and so at least one weight more. Paper: Han et al.,
/// Learning both Weights and Connections for Efficient Neural Networks, arXiv 1506.02626.
/// </remarks>
internal static class Magnitude
{
    /// <summary>The scores: float32, at least 0, the shape of the weight. A new tensor.</summary>
    public static Tensor Score(Tensor weight) => weight.detach().to(ScalarType.Float32).abs();
}
