using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>Causal self-attention in which a group of query heads shares one key and value head (Ainslie et al., 2023).</summary>
[Sparsity(0.7, Kernel = SparseKernel.Bitmask)]
[PruneHeads(0.25)]
public sealed partial class Attention : Module<Tensor, Tensor>
{
    private readonly SparseLinear q_proj;
    private readonly SparseLinear k_proj;
    private readonly SparseLinear v_proj;
    private readonly SparseLinear o_proj;
    private readonly RotaryEmbedding rotary;
    private readonly int heads;
    private readonly int keyValueHeads;
    private readonly int headSize;

    public Attention(LlamaConfig config)
        : base(nameof(Attention))
    {
        heads = config.Heads;
        keyValueHeads = config.KeyValueHeads;
        headSize = config.HeadSize;
        q_proj = new SparseLinear(config.HiddenSize, heads * headSize, config.HasAttentionBias);
        k_proj = new SparseLinear(config.HiddenSize, keyValueHeads * headSize, config.HasAttentionBias);
        v_proj = new SparseLinear(config.HiddenSize, keyValueHeads * headSize, config.HasAttentionBias);
        o_proj = new SparseLinear(heads * headSize, config.HiddenSize, config.HasAttentionBias);
        rotary = new RotaryEmbedding(headSize, config.RotaryBase, config.RotaryScaling);
        RegisterComponents();
    }

    /// <summary>What was seen before; null where every call stands alone.</summary>
    internal AttentionCache? Cache { get; set; }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var query = Turn(q_proj.call(x).view(batch, length, heads, headSize)).transpose(1, 2);
        var key = Turn(k_proj.call(x).view(batch, length, keyValueHeads, headSize)).transpose(1, 2);
        var value = v_proj.call(x).view(batch, length, keyValueHeads, headSize).transpose(1, 2);

        var attended = Cache is null ? Attend(query, key, value) : GoOn(Cache, query, key, value);
        return o_proj.call(attended.transpose(1, 2).reshape(batch, length, heads * headSize));
    }

    /// <summary>Turns heads by their positions, those after what was seen before: [batch, position, head, head size].</summary>
    private Tensor Turn(Tensor x) => Cache is null ? rotary.call(x) : Cache.Turn(x, rotary);

    /// <summary>Each position sees itself and those before it: [batch, head, position, head size].</summary>
    private Tensor Attend(Tensor query, Tensor key, Tensor value)
        => functional.scaled_dot_product_attention(query, ForEachQuery(key), ForEachQuery(value), is_casual: true);

    /// <summary>The same after what the cache holds: several positions at the start, one by one from there.</summary>
    private Tensor GoOn(AttentionCache cache, Tensor query, Tensor key, Tensor value)
    {
        if (cache.Length > 0 && query.shape[2] > 1)
        {
            throw new InvalidOperationException($"{query.shape[2]} tokens come after {cache.Length} that are remembered; after the first call it is one at a time.");
        }

        var (keys, values) = cache.Append(key, value);
        if (query.shape[2] > 1)
        {
            return Attend(query, keys, values);
        }

        // It sees all there is: so the queries that share a key can stand in the place of positions, and no key need be repeated.
        var groups = query.view(query.shape[0], keyValueHeads, -1, headSize);
        return functional.scaled_dot_product_attention(groups, keys, values).view(query.shape);
    }

    /// <summary>Repeats every key or value head for the query heads of its group: [batch, head, position, head size].</summary>
    private Tensor ForEachQuery(Tensor shared)
        => keyValueHeads == heads ? shared : shared.repeat_interleave(heads / keyValueHeads, dim: 1);
}
