namespace DistilBert;

/// <summary>The shape of an encoder.</summary>
/// <param name="Vocabulary">How many different tokens there are.</param>
/// <param name="Length">How many positions have an embedding.</param>
/// <param name="Width">The width of the hidden states, a multiple of the heads.</param>
/// <param name="Inner">The width inside the feed-forward network.</param>
/// <param name="Heads">Heads in each layer.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Dropout">The share of values that training drops, in [0, 1).</param>
public sealed record EncoderShape(int Vocabulary, int Length, int Width, int Inner, int Heads, int Classes, double Dropout);
