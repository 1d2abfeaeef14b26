using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>A vision transformer (Dosovitskiy et al., 2021), ViT-B/16 by default.</summary>
public sealed partial class VisionTransformer : Module<Tensor, Tensor>
{
    private readonly Conv2d patch_embed;
    private readonly Parameter cls_token;
    private readonly Parameter pos_embed;
    private readonly Sequential blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public VisionTransformer(int imageSize = 224, int patch = 16, int hidden = 768, int depth = 12, int heads = 12, int mlp = 3072, int classes = 1000)
        : base(nameof(VisionTransformer))
    {
        var patches = imageSize / patch * (imageSize / patch);
        patch_embed = Conv2d(3, hidden, patch, stride: patch);
        cls_token = Parameter(torch.zeros(1, 1, hidden));
        pos_embed = Parameter(torch.randn(1, patches + 1, hidden) * 0.02);
        blocks = Sequential(Enumerable.Range(0, depth).Select(Module<Tensor, Tensor> (_) => new VitBlock(hidden, heads, mlp)));
        norm = LayerNorm(hidden, 1e-6);
        head = Linear(hidden, classes);
        RegisterComponents();
    }

    /// <param name="images">[batch, 3, height, width]</param>
    /// <returns>[batch, class]: logits</returns>
    public override Tensor forward(Tensor images)
    {
        var x = patch_embed.call(images).flatten(2).transpose(1, 2);
        var cls = cls_token.expand(x.shape[0], -1, -1);
        x = torch.cat([cls, x], dim: 1) + pos_embed;
        x = norm.call(blocks.call(x));
        return head.call(x.select(1, 0));
    }
}

/// <summary>One layer, with the norms before its parts.</summary>
public sealed partial class VitBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly VitAttention attn;
    private readonly LayerNorm norm2;
    private readonly Sequential mlp;

    public VitBlock(int hidden, int heads, int mlp)
        : base(nameof(VitBlock))
    {
        norm1 = LayerNorm(hidden, 1e-6);
        attn = new VitAttention(hidden, heads);
        norm2 = LayerNorm(hidden, 1e-6);
        this.mlp = Sequential(
            ("fc1", Linear(hidden, mlp)),
            ("act", GELU()),
            ("fc2", Linear(mlp, hidden)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x + attn.call(norm1.call(x));
        x = x + mlp.call(norm2.call(x));
        return x;
    }
}

/// <summary>Attention as matrix products, with queries, keys and values from one layer.</summary>
public sealed partial class VitAttention : Module<Tensor, Tensor>
{
    private readonly Linear qkv;
    private readonly Linear proj;
    private readonly int heads;
    private readonly int headSize;
    private readonly double scale;

    public VitAttention(int hidden, int heads)
        : base(nameof(VitAttention))
    {
        this.heads = heads;
        headSize = hidden / heads;
        scale = 1 / Math.Sqrt(headSize);
        qkv = Linear(hidden, 3 * hidden);
        proj = Linear(hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var all = qkv.call(x).reshape(batch, length, 3, heads, headSize).permute(2, 0, 3, 1, 4);
        var (q, k, v) = (all[0], all[1], all[2]);

        var weights = (torch.matmul(q, k.transpose(-2, -1)) * scale).softmax(-1);
        var y = torch.matmul(weights, v).transpose(1, 2).reshape(batch, length, heads * headSize);
        return proj.call(y);
    }
}
