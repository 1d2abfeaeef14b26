public sealed partial class Block : Module<Tensor, Tensor>
{
    internal readonly Attention attention = new();
    internal readonly LayerNorm norm = LayerNorm(64);
    internal readonly Linear gate = Linear(64, 256);
    [PruneChannels(0.5)]
    internal readonly Linear up = Linear(64, 256);
    internal readonly Linear down = Linear(256, 64);

    public Block() : base(nameof(Block)) => RegisterComponents();

    …
}

[PruneHeads(0.25)]
public sealed partial class Attention : Module<Tensor, Tensor>
{
    private readonly Linear q = Linear(64, 64), k = Linear(64, 64), v = Linear(64, 64), o = Linear(64, 64);
    private int heads = 8;

    public Attention() : base(nameof(Attention)) => RegisterComponents();

    public override Tensor forward(Tensor x)
        => o.call(functional.scaled_dot_product_attention(Split(q.call(x)), Split(k.call(x)), Split(v.call(x))).transpose(1, 2).flatten(2));

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);
}
