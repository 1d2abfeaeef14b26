using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>The terms of DistilBERT's pretraining, each a mean over tokens, and their weighted sum.</summary>
/// <param name="Soft">T^2 * KL(p ‖ q), p the teacher's softened distribution.</param>
/// <param name="Masked">The cross-entropy at the masked tokens.</param>
/// <param name="Cosine">One minus the cosine of the last hidden states.</param>
/// <param name="Total">The weighted sum.</param>
public readonly record struct DistilBertLoss(Tensor Soft, Tensor Masked, Tensor Cosine, Tensor Total);
