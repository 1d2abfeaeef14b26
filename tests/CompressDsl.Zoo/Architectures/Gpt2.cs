using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>GPT-2 (Radford et al., 2019), small by default. Its head is its embedding.</summary>
public sealed partial class Gpt2 : Module<Tensor, Tensor>
{
    private readonly Embedding wte;
    private readonly Embedding wpe;
    private readonly Dropout drop;
    private readonly ModuleList<Gpt2Block> h;
    private readonly LayerNorm ln_f;

    public Gpt2(int vocabulary = 50257, int positions = 1024, int hidden = 768, int layers = 12, int heads = 12)
        : base(nameof(Gpt2))
    {
        wte = Embedding(vocabulary, hidden);
        wpe = Embedding(positions, hidden);
        drop = Dropout(0.1);
        h = new ModuleList<Gpt2Block>();
        for (var i = 0; i < layers; i++)
        {
            h.Add(new Gpt2Block(hidden, heads));
        }

        ln_f = LayerNorm(hidden);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position], integers below the size of the vocabulary</param>
    /// <returns>[batch, position, vocabulary]: the logits of the next token</returns>
    public override Tensor forward(Tensor tokens)
    {
        var positions = torch.arange(0, tokens.size(1), device: tokens.device).unsqueeze(0);
        var x = drop.call(wte.call(tokens) + wpe.call(positions));
        foreach (var block in h)
        {
            x = block.call(x);
        }

        return torch.matmul(ln_f.call(x), wte.weight!.t());
    }
}

/// <summary>Norms come before attention and network; the residual stream itself is never normalised.</summary>
public sealed partial class Gpt2Block : Module<Tensor, Tensor>
{
    private readonly LayerNorm ln_1;
    private readonly Gpt2Attention attn;
    private readonly LayerNorm ln_2;
    private readonly Gpt2Mlp mlp;

    public Gpt2Block(int hidden, int heads)
        : base(nameof(Gpt2Block))
    {
        ln_1 = LayerNorm(hidden);
        attn = new Gpt2Attention(hidden, heads);
        ln_2 = LayerNorm(hidden);
        mlp = new Gpt2Mlp(hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x + attn.call(ln_1.call(x));
        return x + mlp.call(ln_2.call(x));
    }
}

/// <summary>Causal self-attention, with queries, keys and values from one layer.</summary>
public sealed partial class Gpt2Attention : Module<Tensor, Tensor>
{
    private readonly Linear c_attn;
    private readonly Linear c_proj;
    private readonly int heads;
    private readonly int headSize;

    public Gpt2Attention(int hidden, int heads)
        : base(nameof(Gpt2Attention))
    {
        this.heads = heads;
        headSize = hidden / heads;
        c_attn = Linear(hidden, 3 * hidden);
        c_proj = Linear(hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var batch = x.shape[0];
        var length = x.shape[1];
        var width = heads * headSize;

        var qkv = c_attn.call(x).split(width, dim: 2);
        var q = qkv[0].view(batch, length, heads, headSize).transpose(1, 2);
        var k = qkv[1].view(batch, length, heads, headSize).transpose(1, 2);
        var v = qkv[2].view(batch, length, heads, headSize).transpose(1, 2);

        var y = functional.scaled_dot_product_attention(q, k, v, is_casual: true);
        return c_proj.call(y.transpose(1, 2).contiguous().view(batch, length, width));
    }
}

/// <summary>The feed-forward network, four times as wide as the residual stream.</summary>
public sealed partial class Gpt2Mlp : Module<Tensor, Tensor>
{
    private readonly Linear c_fc;
    private readonly Linear c_proj;

    public Gpt2Mlp(int hidden)
        : base(nameof(Gpt2Mlp))
    {
        c_fc = Linear(hidden, 4 * hidden);
        c_proj = Linear(4 * hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => c_proj.call(functional.gelu(c_fc.call(x)));
}
