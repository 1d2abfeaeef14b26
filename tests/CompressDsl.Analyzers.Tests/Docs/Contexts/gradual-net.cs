using var model = new Net();

public sealed partial class Net : Module<Tensor, Tensor>
{
    …

    public Net() : base(nameof(Net)) => RegisterComponents();

    public override Tensor forward(Tensor x) => fc.call(x);
}
