using System.ComponentModel;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What generated code calls in place of <c>softmax</c> and <c>scaled_dot_product_attention</c> in the source of matched attentions: the same result, and
/// whoever watches the module that is being called gets the map. Nobody watches but during a <c>Compute</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ObservedAttention
{
    /// <summary>The captures whose modules are being called on this thread, the innermost last.</summary>
    [ThreadStatic]
    private static List<AttentionCapture>? s_inside;

    /// <summary>Hands a map on to whoever watches.</summary>
    /// <param name="map">[batch, heads, queries, keys].</param>
    /// <returns>The same.</returns>
    public static Tensor Observe(Tensor map)
    {
        if (s_inside is [.., var capture])
        {
            capture.Keep(map);
        }

        return map;
    }

    /// <summary>Attention, as <c>functional.scaled_dot_product_attention</c> computes it; the map is made beside it where somebody watches.</summary>
    /// <param name="query">[batch, heads, queries, width of a head].</param>
    /// <param name="key">[batch, heads, keys, width of a head].</param>
    /// <param name="value">[batch, heads, keys, width of a head].</param>
    /// <param name="attn_mask">Added to the scores, or, where it is bool, false where nothing is looked at; null for none.</param>
    /// <param name="p">The probability with which a weight is dropped; the map is that without dropout.</param>
    /// <param name="is_casual">Whether each query sees only the keys up to its own place.</param>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor? attn_mask, double p, bool is_casual)
    {
        if (s_inside is [.., var capture])
        {
            using var scope = NewDisposeScope();
            capture.Keep(MapOf(query, key, attn_mask, is_casual));
        }

        return nn.functional.scaled_dot_product_attention(query, key, value, attn_mask, p, is_casual);
    }

    internal static void Enter(AttentionCapture capture) => (s_inside ??= []).Add(capture);

    // Also where the module threw, and left those inside of it behind.
    internal static void Leave(AttentionCapture capture)
    {
        if (s_inside?.IndexOf(capture) is { } index and >= 0)
        {
            s_inside.RemoveRange(index, s_inside.Count - index);
        }
    }

    private static Tensor MapOf(Tensor query, Tensor key, Tensor? mask, bool isCausal)
    {
        var scores = query.matmul(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1]);
        if (isCausal)
        {
            mask = ones(query.shape[^2], key.shape[^2], ScalarType.Bool, query.device).tril();
        }

        if (mask is not null)
        {
            scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), float.NegativeInfinity) : scores + mask;
        }

        return scores.softmax(-1);
    }
}
