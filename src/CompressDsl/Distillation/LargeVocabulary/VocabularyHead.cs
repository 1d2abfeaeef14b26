using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// A language model's last layer and what goes into it: logits = hidden * weight^T + bias, not computed yet. <see cref="ChunkedLoss"/> computes
/// them a few rows at a time.
/// </summary>
/// <remarks>It owns none of its tensors. Weight, bias and hidden have one type: float64, float32, bfloat16 or float16.</remarks>
/// <param name="Hidden">What goes into the layer, [batch, width] or [batch, length, width].</param>
/// <param name="Weight">The layer's weight, [classes, width].</param>
/// <param name="Bias">Its bias, [classes]; null where it has none.</param>
/// <param name="Softcap">
/// Bends the logits into (-cap, cap): cap * tanh(logits / cap), in float32 or better. A finite number greater than 0; null bends nothing.
/// Paper: Gemma Team, Gemma 2, arXiv 2408.00118.
/// </param>
public sealed record VocabularyHead(Tensor Hidden, Tensor Weight, Tensor? Bias = null, double? Softcap = null)
{
    /// <summary>The head of a model whose last layer is a <see cref="Linear"/>.</summary>
    /// <param name="hidden">What goes into the layer, [batch, width] or [batch, length, width].</param>
    /// <param name="layer">The layer; its weight and bias are read now.</param>
    /// <param name="softcap">See <see cref="Softcap"/>.</param>
    public static VocabularyHead Of(Tensor hidden, Linear layer, double? softcap = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return new VocabularyHead(hidden, layer.weight!, layer.bias, softcap);
    }

    /// <summary>How many classes the logits have.</summary>
    internal long Classes => Weight.shape[0];

    /// <summary>Throws unless shapes, types and devices fit each other.</summary>
    /// <param name="whose">"student" or "teacher".</param>
    internal void Check(string whose)
    {
        ArgumentNullException.ThrowIfNull(Hidden);
        ArgumentNullException.ThrowIfNull(Weight);
        Require(Weight.dim() == 2 && Weight.shape[0] > 0, $"The {whose}'s weight is {Text(Weight)}; it must be [classes, width].");
        Require(
            Hidden.dim() is 2 or 3 && Hidden.shape[^1] == Weight.shape[1],
            $"The {whose}'s hidden states are {Text(Hidden)}; for a weight {Text(Weight)} they must be [batch, {Weight.shape[1]}] or [batch, length, {Weight.shape[1]}].");
        Require(
            Bias is null || (Bias.dim() == 1 && Bias.shape[0] == Classes),
            $"The {whose}'s bias is {(Bias is null ? "" : Text(Bias))}; for a weight {Text(Weight)} it must be [{Classes}].");
        Require(Weight.is_floating_point(), $"The {whose}'s weight is {Weight.dtype}; it must be floating point.");
        CheckAlike(Hidden, "hidden states");
        if (Bias is not null)
        {
            CheckAlike(Bias, "bias");
        }

        if (Softcap is { } cap && !(double.IsFinite(cap) && cap > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(Softcap), cap, $"The {whose}'s Softcap must be a finite number greater than 0, or null.");
        }

        void CheckAlike(Tensor tensor, string what)
        {
            Require(tensor.dtype == Weight.dtype, $"The {whose}'s {what} are {tensor.dtype} and its weight {Weight.dtype}; they must be of one type.");
            Require(SameDevice(tensor, Weight), $"The {whose}'s {what} are on {tensor.device} and its weight on {Weight.device}; they must be on one device.");
        }
    }

    internal static bool SameDevice(Tensor a, Tensor b) => a.device_type == b.device_type && a.device_index == b.device_index;

    internal static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";

    internal static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
