namespace CompressDsl;

/// <summary>What the logits and the labels of a student are, and so which of them belong together.</summary>
public enum DistillTask
{
    /// <summary>
    /// Logits [batch, classes] with labels [batch], or a class for every token: logits [batch, length, classes] with labels [batch, length].
    /// A label (int64) speaks of the logits at its own place; a label of -100 leaves its place out of both terms.
    /// </summary>
    Classification,

    /// <summary>
    /// Logits [batch, length, vocabulary], labels [batch, length] (int64), as a rule the input tokens themselves: the logits at t are held
    /// against the label at t + 1. <c>Compute</c> does the shift; the caller must not. A label of -100 leaves its place out of both terms.
    /// </summary>
    CausalLanguageModel,

    /// <summary>
    /// Logits [batch, length, vocabulary], labels [batch, length] (int64), -100 wherever nothing was masked. Nothing is shifted.
    /// </summary>
    MaskedLanguageModel,
}
