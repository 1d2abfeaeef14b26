using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>The feed-forward network, with the tanh form of GELU.</summary>
[Sparsity(0.5, Kernel = SparseKernel.Bitmask)]
[PruneChannels(0.25)]
public sealed partial class Gpt2Mlp : Module<Tensor, Tensor>
{
    private readonly SparseLinear c_fc;
    private readonly SparseLinear c_proj;

    public Gpt2Mlp(Gpt2Config config)
        : base(nameof(Gpt2Mlp))
    {
        c_fc = new SparseLinear(config.HiddenSize, config.IntermediateSize);
        c_proj = new SparseLinear(config.IntermediateSize, config.HiddenSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => c_proj.call(c_fc.call(x).gelu(TorchSharp.Modules.GELU.Approximate.tanh));
}
