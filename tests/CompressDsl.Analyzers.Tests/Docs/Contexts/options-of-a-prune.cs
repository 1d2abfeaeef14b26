using var model = new Net();
var options = new PruneOptions();
…

public sealed partial class Net : Module<Tensor, Tensor>
{
    [Sparsity(0.5, Purpose = Purpose.Size)]
    private readonly Linear fc = Linear(64, 64);

    public Net() : base(nameof(Net)) => RegisterComponents();

    public override Tensor forward(Tensor x) => fc.call(x);
}
