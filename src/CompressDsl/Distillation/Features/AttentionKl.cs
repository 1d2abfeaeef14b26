using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// KL(p ‖ q) over the keys, p the teacher's and q the student's attention. Paper: Wang et al., MiniLM: Deep Self-Attention Distillation for
/// Task-Agnostic Compression of Pre-Trained Transformers, arXiv 2002.10957.
/// </summary>
public static class AttentionKl
{
    /// <summary>The mean over the queries that count and over the heads, in nats.</summary>
    /// <param name="student">Attention probabilities, after the softmax [batch, heads, length, length]; half precision is computed in float32.</param>
    /// <param name="teacher">The same shape, on the same device; no gradient flows into it.</param>
    /// <param name="mask">[batch, length], of queries and keys alike, any type; 0 or false leaves a place out. Null: all count.</param>
    /// <returns>A scalar; 0, with a gradient of 0, when no query counts.</returns>
    /// <remarks>Probabilities are taken as they are: what a side gives to keys that do not count is not spread over the others.</remarks>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher, Tensor? mask) => Mean(student, teacher, mask, mask);

    /// <inheritdoc cref="Mean(Tensor, Tensor, Tensor?)"/>
    /// <param name="student">Attention probabilities, after the softmax [batch, heads, queries, keys]; half precision is computed in float32.</param>
    /// <param name="teacher">The same shape, on the same device; no gradient flows into it.</param>
    /// <param name="queryMask">[batch, queries]; 0 or false leaves a query out. Null: all count.</param>
    /// <param name="keyMask">[batch, keys]; 0 or false leaves a key out. Null: all count.</param>
    public static Tensor Mean(Tensor student, Tensor teacher, Tensor? queryMask, Tensor? keyMask)
    {
        var maps = AttentionMaps.Select(student, teacher, queryMask, keyMask);
        // A probability of 0 gets a finite logarithm: 0 * ln 0 is 0, and not NaN.
        var (p, q) = (maps.Teacher, maps.Student.clamp(min: Smallest));
        return FeatureShapes.Mean((p * (p.clamp(min: Smallest).log() - q.log())).sum(-1));
    }

    private const float Smallest = 1.17549435e-38f;
}
