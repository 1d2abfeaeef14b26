using var model = new Encoder();
var calibration = Calibration.Of([randint(0, 1000, [4, 32])], model.call);

partial class Encoder
{
    private readonly Embedding words = Embedding(1000, 64);
    private readonly LayerNorm norm = LayerNorm(64);
    private readonly Linear head = Linear(64, 10);

    public Encoder()
        : base(nameof(Encoder))
    {
        layers = new(Enumerable.Range(0, 12).Select(_ => new Block()).ToArray());
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        var x = words.call(tokens);
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return head.call(norm.call(x));
    }
}

partial class Block
{
    private readonly LayerNorm norm1 = LayerNorm(64);
    private readonly Attention attention = new();
    private readonly LayerNorm norm2 = LayerNorm(64);
    private readonly Linear down_proj = Linear(256, 64);

    public Block()
        : base(nameof(Block))
    {
        up_proj = Linear(64, 256);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x + attention.call(norm1.call(x));
        return x + down_proj.call(functional.gelu(up_proj.call(norm2.call(x))));
    }
}

partial class Attention
{
    private readonly Linear q = Linear(64, 64), k = Linear(64, 64), v = Linear(64, 64), o = Linear(64, 64);
    private int heads = 8;

    public Attention() : base(nameof(Attention)) => RegisterComponents();

    public override Tensor forward(Tensor x)
        => o.call(functional.scaled_dot_product_attention(Split(q.call(x)), Split(k.call(x)), Split(v.call(x))).transpose(1, 2).flatten(2));

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);
}
