using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The mean squared difference of attention maps, before or after the softmax. Paper: Jiao et al., TinyBERT, arXiv 1909.10351 (before it).
/// </summary>
public static class AttentionMeanSquared
{
    /// <summary>The mean over the heads and over the pairs of a query and a key that both count.</summary>
    /// <param name="student">Attention scores or probabilities [batch, heads, length, length], finite where they count.</param>
    /// <param name="teacher">The same shape, on the same device; no gradient flows into it.</param>
    /// <param name="mask">[batch, length], of queries and keys alike, any type; 0 or false leaves a place out. Null: all count.</param>
    /// <returns>A scalar, at least 0; 0, with a gradient of 0, when no pair counts.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher, Tensor? mask) => Mean(student, teacher, mask, mask);

    /// <inheritdoc cref="Mean(Tensor, Tensor, Tensor?)"/>
    /// <param name="student">Attention scores or probabilities [batch, heads, queries, keys], finite where they count.</param>
    /// <param name="teacher">The same shape, on the same device; no gradient flows into it.</param>
    /// <param name="queryMask">[batch, queries]; 0 or false leaves a query out. Null: all count.</param>
    /// <param name="keyMask">[batch, keys]; 0 or false leaves a key out. Null: all count.</param>
    public static Tensor Mean(Tensor student, Tensor teacher, Tensor? queryMask, Tensor? keyMask)
    {
        var maps = AttentionMaps.Select(student, teacher, queryMask, keyMask);
        return (maps.Student - maps.Teacher).square().sum() / maps.Pairs;
    }
}
