using var model = new Net();
using var batch = randn(16, 64);

public sealed partial class Net : Module<Tensor, Tensor>
{
    [Sparsity(0.5, Kernel = SparseKernel.Bitmask)]
    [PruneChannels(0.25)]
    internal readonly SparseLinear up = new(64, 256);
    private readonly SparseLinear down = new(256, 64);

    public Net() : base(nameof(Net)) => RegisterComponents();

    public override Tensor forward(Tensor x) => down.call(functional.relu(up.call(x)));
}
