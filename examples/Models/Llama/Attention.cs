using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>Causal self-attention in which a group of query heads shares one key and value head (Ainslie et al., 2023).</summary>
[Sparsity(0.7, Kernel = SparseKernel.Bitmask)]
[PruneHeads(0.25)]
public sealed partial class Attention : Module<Tensor, Tensor>, ICachedModule
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

    public ModuleCache? Cache { get; set; }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var query = Turn(q_proj.call(x).view(batch, length, heads, headSize)).transpose(1, 2);
        var key = Turn(k_proj.call(x).view(batch, length, keyValueHeads, headSize)).transpose(1, 2);
        var value = v_proj.call(x).view(batch, length, keyValueHeads, headSize).transpose(1, 2);

        var attended = Cache is null ? Attend(query, key, value) : Cache.Attend(query, key, value);
        return o_proj.call(attended.transpose(1, 2).reshape(batch, length, heads * headSize));
    }

    /// <summary>Turns heads by their positions, those after what was seen before: [batch, position, head, head size].</summary>
    private Tensor Turn(Tensor x) => Cache is null ? rotary.call(x) : rotary.Turn(x, Cache);

    /// <summary>Each position sees itself and those before it: [batch, head, position, head size].</summary>
    private Tensor Attend(Tensor query, Tensor key, Tensor value)
        => functional.scaled_dot_product_attention(query, ForEachQuery(key), ForEachQuery(value), is_casual: true);

    /// <summary>Repeats every key or value head for the query heads of its group: [batch, head, position, head size].</summary>
    private Tensor ForEachQuery(Tensor shared)
        => keyValueHeads == heads ? shared : shared.repeat_interleave(heads / keyValueHeads, dim: 1);
}
