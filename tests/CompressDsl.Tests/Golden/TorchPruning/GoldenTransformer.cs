using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

/// <summary>One block with grouped key/value heads and a gated feed-forward, between a layer and a head.</summary>
[PruneHidden(0.5)]
public sealed partial class GoldenTransformer : Module<Tensor, Tensor>
{
    private readonly Linear inp;
    private readonly LayerNorm ln1;
    private readonly GoldenAttention attn;
    private readonly LayerNorm ln2;
    private readonly Linear gate;
    [PruneChannels(0.5)]
    private readonly Linear up;
    private readonly Linear down;
    private readonly Linear head;

    public GoldenTransformer(int width, int heads, int kvHeads, int inner, int outputs)
        : base(nameof(GoldenTransformer))
    {
        (inp, ln1, attn, ln2) = (Linear(width, width), nn.LayerNorm(width), new GoldenAttention(width, heads, kvHeads), nn.LayerNorm(width));
        (gate, up, down) = (Linear(width, inner, hasBias: false), Linear(width, inner, hasBias: false), Linear(inner, width, hasBias: false));
        head = Linear(width, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = inp.call(x);
        x = x + attn.call(ln1.call(x));
        var y = ln2.call(x);
        return head.call(x + down.call(functional.silu(gate.call(y)) * up.call(y)));
    }
}

/// <summary>No mask, no rotary embedding; key/value heads are repeated one by one.</summary>
[PruneHeads(0.5)]
public sealed partial class GoldenAttention : Module<Tensor, Tensor>
{
    private readonly Linear q;
    private readonly Linear k;
    private readonly Linear v;
    private readonly Linear o;
    private readonly int headSize;
    private int heads;
    private int kvHeads;

    public GoldenAttention(int width, int heads, int kvHeads)
        : base(nameof(GoldenAttention))
    {
        (this.heads, this.kvHeads, headSize) = (heads, kvHeads, width / heads);
        (q, k, v, o) = (Linear(width, width), Linear(width, kvHeads * headSize), Linear(width, kvHeads * headSize), Linear(width, width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var query = q.call(x).view(batch, length, heads, headSize).transpose(1, 2);
        var key = k.call(x).view(batch, length, kvHeads, headSize).transpose(1, 2).repeat_interleave(heads / kvHeads, dim: 1);
        var value = v.call(x).view(batch, length, kvHeads, headSize).transpose(1, 2).repeat_interleave(heads / kvHeads, dim: 1);
        var scores = functional.softmax(query.matmul(key.transpose(-2, -1)) / Math.Sqrt(headSize), dim: -1);
        return o.call(scores.matmul(value).transpose(1, 2).reshape(batch, length, heads * headSize));
    }
}
