using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Logits that say which labels they belong to: those at their own place, or those one place on. The shift of a causal language model happens where a
/// <see cref="TokenMask"/> is made, once; logits that were made for a shift meet only labels that have it.
/// </summary>
public sealed class ShiftedLogits
{
    private ShiftedLogits(Tensor values, bool isShifted)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        IsShifted = isShifted;
    }

    /// <summary>The logits as the model gave them, [.., classes]. They are not copied.</summary>
    public Tensor Values { get; }

    /// <summary>Whether the logits at t speak of the label at t + 1.</summary>
    public bool IsShifted { get; }

    /// <summary>Logits that speak of their own place: classification, masked language models.</summary>
    /// <param name="logits">[batch, classes] or [batch, length, classes], floating point.</param>
    public static ShiftedLogits InPlace(Tensor logits) => new(logits, isShifted: false);

    /// <summary>The logits of a causal language model: those at t speak of the token at t + 1.</summary>
    /// <param name="logits">[batch, length of at least 2, classes], floating point, not shifted.</param>
    /// <exception cref="ArgumentException">There is no next place to speak of.</exception>
    public static ShiftedLogits Next(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        LogitShapes.CheckLogitSequence(logits);
        return new ShiftedLogits(logits, isShifted: true);
    }
}
