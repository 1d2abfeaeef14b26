using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>Causal self-attention, with queries, keys and values from one layer.</summary>
[Sparsity(0.5, Kernel = SparseKernel.Bitmask)]
[PruneHeads(0.25)]
public sealed partial class Gpt2Attention : Module<Tensor, Tensor>, ICachedModule
{
    private readonly SparseLinear c_attn;
    private readonly SparseLinear c_proj;
    private readonly int heads;
    private readonly int headSize;

    public Gpt2Attention(Gpt2Config config)
        : base(nameof(Gpt2Attention))
    {
        heads = config.Heads;
        headSize = config.HiddenSize / heads;
        c_attn = new SparseLinear(config.HiddenSize, 3 * config.HiddenSize);
        c_proj = new SparseLinear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    public ModuleCache? Cache { get; set; }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var all = c_attn.call(x).view(batch, length, 3, heads, headSize).permute(2, 0, 3, 1, 4);
        var attended = Cache is null
            ? functional.scaled_dot_product_attention(all[0], all[1], all[2], is_casual: true)
            : Cache.Attend(all[0], all[1], all[2]);
        return c_proj.call(attended.transpose(1, 2).reshape(batch, length, heads * headSize));
    }
}
