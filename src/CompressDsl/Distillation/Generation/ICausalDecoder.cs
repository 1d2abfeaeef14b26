using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// A causal language model that goes on from what a <see cref="KeyValueCache"/> holds, so that writing a token costs one position instead of all of them.
/// </summary>
/// <remarks>
/// Where the attentions of the model are <see cref="ICachedModule"/>s, one line does it:
/// <c>public Tensor Decode(Tensor tokens, KeyValueCache cache) => cache.Call(this, tokens);</c>
/// </remarks>
public interface ICausalDecoder
{
    /// <summary>How many tokens it can take in all, prompt and written ones; null where nothing in it sets a limit.</summary>
    int? LongestSequence => null;

    /// <summary>
    /// The logits of tokens that come after those which the cache holds. Called by <see cref="KeyValueCache.Read"/>, which tells the cache what comes: call that.
    /// </summary>
    /// <param name="tokens">[batch, n], int64; their positions are <see cref="KeyValueCache.Positions"/>.</param>
    /// <param name="cache">Takes their keys and values. Every attention of the model goes on from it.</param>
    /// <returns>[batch, n, vocabulary]: the logits of the token that follows each; or only those of the last position, [batch, 1, vocabulary].</returns>
    Tensor Decode(Tensor tokens, KeyValueCache cache);
}
