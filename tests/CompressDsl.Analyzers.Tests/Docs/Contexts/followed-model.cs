using var model = new Model();

public sealed partial class Model : Module<Tensor, Tensor>
{
    [PruneLayers(Keep = 1)]
    private readonly ModuleList<Block> blocks = new(new Block(), new Block());

    public Model() : base(nameof(Model)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return x;
    }
}
