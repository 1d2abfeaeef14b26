namespace CompressDsl.Generators.Tests;

/// <summary>What is written for activations around the calls of sparse layers.</summary>
public sealed class FusionSnapshots
{
    [Fact]
    public void ActivationsAroundSparseLayers_AreReplacedInPairs() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo;

        [Sparsity(0.5, Kernel = SparseKernel.Bitmask)]
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            private readonly SparseLinear gate = new(8, 8), up = new(8, 8), down = new(8, 8);
            private readonly SparseLinear? extra;
            private readonly Linear dense = Linear(8, 8);

            public Net() : base("Net") => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                x = functional.silu(gate.call(x)) * this.up.call(x).silu_();
                x = nn.functional.gelu(x.shape[0] > 1 ? up.call(x) : (gate.call(x)));
                x = extra?.call(x).relu() ?? functional.relu(inplace: true, x: down.call(x));
                x = functional.gelu(down.call(functional.gelu(up.call(x), false)));
                return Untouched(x);
            }

            private Tensor Untouched(Tensor x)
            {
                var y = up.call(x);
                y = functional.gelu(down.call(y), TorchSharp.Modules.GELU.Approximate.tanh);
                y = functional.relu6(down.call(y)).relu();
                y = functional.silu(y) + dense.call(y).relu();
                return functional.relu(down.call(y) + 1);
            }
        }
        """);
}
