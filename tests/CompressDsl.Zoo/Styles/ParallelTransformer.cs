using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Attention and feed-forward network side by side, as in GPT-J (Wang and Komatsuzaki, 2021).</summary>
public sealed partial class ParallelTransformer : Module<Tensor, Tensor>
{
    private readonly Embedding wte;
    private readonly Sequential blocks;
    private readonly Linear lm_head;

    public ParallelTransformer(int vocabulary, int hidden, int layers, int heads)
        : base(nameof(ParallelTransformer))
    {
        wte = Embedding(vocabulary, hidden);
        blocks = Sequential();
        for (var i = 0; i < layers; i++)
        {
            blocks.append(new ParallelBlock(hidden, heads));
        }

        lm_head = Linear(hidden, vocabulary);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position]</param>
    /// <returns>[batch, position, vocabulary]</returns>
    public override Tensor forward(Tensor tokens) => lm_head.call(blocks.call(wte.call(tokens)));
}

/// <summary>One layer: a norm, then everything at once, from one layer of queries, keys and values of unequal shares.</summary>
public sealed partial class ParallelBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm ln;
    private readonly Linear qkv;
    private readonly Linear dense;
    private readonly Linear fc_in;
    private readonly Linear fc_out;
    private readonly int heads;
    private readonly int sharedHeads;
    private readonly int headSize;

    public ParallelBlock(int hidden, int heads)
        : base(nameof(ParallelBlock))
    {
        this.heads = heads;
        sharedHeads = heads / 4;
        headSize = hidden / heads;
        ln = LayerNorm(hidden);
        qkv = Linear(hidden, (heads + 2 * sharedHeads) * headSize, hasBias: false);
        dense = Linear(hidden, hidden, hasBias: false);
        fc_in = Linear(hidden, 4 * hidden);
        fc_out = Linear(4 * hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var normed = ln.call(x);
        return x + Attend(normed) + fc_out.call(functional.gelu(fc_in.call(normed)));
    }

    private Tensor Attend(Tensor x)
    {
        var parts = qkv.call(x).split([heads * headSize, sharedHeads * headSize, sharedHeads * headSize], dim: -1);
        var q = Heads(parts[0], heads);
        var k = Heads(parts[1], sharedHeads).repeat_interleave(heads / sharedHeads, dim: 1);
        var v = Heads(parts[2], sharedHeads).repeat_interleave(heads / sharedHeads, dim: 1);
        var y = functional.scaled_dot_product_attention(q, k, v, is_casual: true);
        return dense.call(y.transpose(1, 2).reshape(x.shape[0], x.shape[1], heads * headSize));
    }

    private Tensor Heads(Tensor x, int count) => x.view(x.shape[0], x.shape[1], count, headSize).transpose(1, 2);
}
