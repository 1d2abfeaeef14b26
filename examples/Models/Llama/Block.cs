using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>One layer of a <see cref="Llama"/>: attention, then the feed-forward network, each on a normalised copy of the residual stream.</summary>
public sealed partial class Block : Module<Tensor, Tensor>
{
    private readonly Attention self_attn;
    private readonly Mlp mlp;
    private readonly RmsNorm input_layernorm;
    private readonly RmsNorm post_attention_layernorm;

    public Block(LlamaConfig config)
        : base(nameof(Block))
    {
        self_attn = new Attention(config);
        mlp = new Mlp(config);
        input_layernorm = new RmsNorm(config.HiddenSize, config.NormEpsilon);
        post_attention_layernorm = new RmsNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x + self_attn.call(input_layernorm.call(x));
        return x + mlp.call(post_attention_layernorm.call(x));
    }
}
