partial class Mlp
{
    public Mlp()
        : base(nameof(Mlp))
    {
        up_proj = Linear(64, 256);
        down_proj = new SparseLinear(256, 64);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => down_proj.call(functional.silu(up_proj.call(x)));
}
