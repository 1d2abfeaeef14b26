using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles.Obstacles;

/// <summary>The number of heads and their size are written out where forward reshapes.</summary>
public sealed partial class LiteralHeads : Module<Tensor, Tensor>
{
    private readonly Linear qkv = Linear(32, 96);
    private readonly Linear proj = Linear(32, 32);

    public LiteralHeads()
        : base(nameof(LiteralHeads)) => RegisterComponents();

    /// <param name="x">[batch, position, 32]</param>
    public override Tensor forward(Tensor x)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var all = qkv.call(x).view(batch, length, 3, 4, 8).permute(2, 0, 3, 1, 4); // CDSL3005: 4 heads
        var y = functional.scaled_dot_product_attention(all[0], all[1], all[2]);
        return proj.call(y.transpose(1, 2).reshape(batch, length, 32)); // CDSL3005: 32, the width of all heads
    }
}

/// <summary>The width is taken from the input, which a shrink leaves as wide as it is.</summary>
public sealed partial class WidthOfInput : Module<Tensor, Tensor>
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear proj;
    private readonly int heads;

    public WidthOfInput(int hidden, int heads)
        : base(nameof(WidthOfInput))
    {
        this.heads = heads;
        query = Linear(hidden, hidden);
        key = Linear(hidden, hidden);
        value = Linear(hidden, hidden);
        proj = Linear(hidden, hidden);
        RegisterComponents();
    }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        var (batch, length, width) = (x.shape[0], x.shape[1], x.shape[2]);
        var q = query.call(x).view(batch, length, heads, width / heads).transpose(1, 2); // CDSL3005: width / heads
        var k = key.call(x).view(batch, length, heads, width / heads).transpose(1, 2); // CDSL3005
        var v = value.call(x).view(batch, length, heads, width / heads).transpose(1, 2); // CDSL3005
        var y = functional.scaled_dot_product_attention(q, k, v);
        return proj.call(y.transpose(1, 2).reshape(batch, length, width)); // CDSL3005: width
    }
}

/// <summary>The size of a head is divided out anew at every call, from a width that a shrink of the heads does not touch.</summary>
public sealed partial class HeadSizeInForward : Module<Tensor, Tensor>
{
    private readonly Linear qkv;
    private readonly Linear proj;
    private readonly int heads;
    private readonly int hidden;

    public HeadSizeInForward(int hidden, int heads)
        : base(nameof(HeadSizeInForward))
    {
        this.hidden = hidden;
        this.heads = heads;
        qkv = Linear(hidden, 3 * hidden);
        proj = Linear(hidden, hidden);
        RegisterComponents();
    }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        var headSize = hidden / heads; // CDSL3005: what is divided is the hidden size, not that of the heads that are left
        var (batch, length) = (x.shape[0], x.shape[1]);
        var parts = qkv.call(x).chunk(3, -1);
        var q = parts[0].view(batch, length, heads, headSize).transpose(1, 2);
        var k = parts[1].view(batch, length, heads, headSize).transpose(1, 2);
        var v = parts[2].view(batch, length, heads, headSize).transpose(1, 2);
        return proj.call(functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2));
    }
}

/// <summary>The attention of TorchSharp itself, which cannot be made smaller.</summary>
public sealed partial class NativeAttention : Module<Tensor, Tensor>
{
    private readonly MultiheadAttention attention;
    private readonly LayerNorm norm;
    private readonly Linear wide;
    private readonly Linear narrow;

    public NativeAttention(int hidden, int heads)
        : base(nameof(NativeAttention))
    {
        Heads = heads;
        attention = MultiheadAttention(hidden, heads); // CDSL3006
        norm = LayerNorm(hidden);
        wide = Linear(hidden, 4 * hidden);
        narrow = Linear(4 * hidden, hidden);
        RegisterComponents();
    }

    public int Heads { get; }

    /// <param name="x">[position, batch, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        var (attended, _) = attention.call(x, x, x);
        x = norm.call(x + attended);
        return x + narrow.call(functional.relu(wide.call(x)));
    }
}
