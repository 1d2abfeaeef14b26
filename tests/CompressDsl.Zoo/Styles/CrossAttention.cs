using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>A sequence looks at another one; keys and values come from one layer, and queries share their heads.</summary>
public sealed partial class CrossAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear toQ;
    private readonly Linear toKv;
    private readonly Linear toOut;
    private readonly int heads;
    private readonly int kvHeads;
    private readonly int headSize;

    public CrossAttention(int width, int memoryWidth, int heads, int kvHeads, int headSize)
        : base(nameof(CrossAttention))
    {
        (this.heads, this.kvHeads, this.headSize) = (heads, kvHeads, headSize);
        toQ = Linear(width, heads * headSize, hasBias: false);
        toKv = Linear(memoryWidth, 2 * kvHeads * headSize, hasBias: false);
        toOut = Linear(heads * headSize, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, position, width]</param>
    /// <param name="memory">[batch, place, memory width]</param>
    public override Tensor forward(Tensor x, Tensor memory)
    {
        var q = toQ.call(x).unflatten(2, heads, headSize).transpose(1, 2);
        var kv = toKv.call(memory).unflatten(2, 2, kvHeads, headSize).transpose(1, 3).unbind(2);
        var (k, v) = (Shared(kv[0]), Shared(kv[1]));
        var y = functional.scaled_dot_product_attention(q, k, v);
        return x + toOut.call(y.transpose(1, 2).flatten(2, 3));
    }

    /// <summary>[batch, shared head, place, head size], each head as often as queries need it: [batch, head, place, head size].</summary>
    private Tensor Shared(Tensor x)
        => x.unsqueeze(2).expand(-1, -1, heads / kvHeads, -1, -1).reshape(x.size(0), heads, -1, headSize);
}
