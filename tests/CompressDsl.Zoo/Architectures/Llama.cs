using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>Llama (Touvron et al., 2023): norms before each part, rotary positions, grouped key/value heads, SwiGLU.</summary>
public sealed partial class Llama : Module<Tensor, Tensor>
{
    private readonly Embedding embed_tokens;
    private readonly ModuleList<LlamaBlock> layers;
    private readonly RmsNorm norm;
    private readonly Linear? lm_head;

    public Llama(int vocabulary, int hidden, int layers, int heads, int keyValueHeads, int intermediate, bool isTied = false)
        : base(nameof(Llama))
    {
        embed_tokens = Embedding(vocabulary, hidden);
        this.layers = new ModuleList<LlamaBlock>(
            [.. Enumerable.Range(0, layers).Select(_ => new LlamaBlock(hidden, heads, keyValueHeads, intermediate))]);
        norm = new RmsNorm(hidden);
        if (!isTied)
        {
            lm_head = Linear(hidden, vocabulary, hasBias: false);
        }

        RegisterComponents();
    }

    /// <param name="tokens">[batch, position], integers below the size of the vocabulary</param>
    /// <returns>[batch, position, vocabulary]: the logits of the next token</returns>
    public override Tensor forward(Tensor tokens)
    {
        var x = embed_tokens.call(tokens);
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        x = norm.call(x);
        return lm_head is null ? functional.linear(x, embed_tokens.weight!) : lm_head.call(x);
    }
}

/// <summary>One layer.</summary>
public sealed partial class LlamaBlock : Module<Tensor, Tensor>
{
    private readonly RmsNorm input_layernorm;
    private readonly LlamaAttention self_attn;
    private readonly RmsNorm post_attention_layernorm;
    private readonly LlamaMlp mlp;

    public LlamaBlock(int hidden, int heads, int keyValueHeads, int intermediate)
        : base(nameof(LlamaBlock))
    {
        input_layernorm = new RmsNorm(hidden);
        self_attn = new LlamaAttention(hidden, heads, keyValueHeads);
        post_attention_layernorm = new RmsNorm(hidden);
        mlp = new LlamaMlp(hidden, intermediate);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var attended = x + self_attn.call(input_layernorm.call(x));
        return attended + mlp.call(post_attention_layernorm.call(attended));
    }
}

/// <summary>The feed-forward network with a gate: SwiGLU (Shazeer, 2020).</summary>
public sealed partial class LlamaMlp : Module<Tensor, Tensor>
{
    private readonly Linear gate_proj;
    private readonly Linear up_proj;
    private readonly Linear down_proj;

    public LlamaMlp(int hidden, int intermediate)
        : base(nameof(LlamaMlp))
    {
        gate_proj = Linear(hidden, intermediate, hasBias: false);
        up_proj = Linear(hidden, intermediate, hasBias: false);
        down_proj = Linear(intermediate, hidden, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => down_proj.call(functional.silu(gate_proj.call(x)) * up_proj.call(x));
}
