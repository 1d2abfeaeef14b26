using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>The feed-forward network with a gate, SwiGLU (Shazeer, 2020): down(silu(gate(x)) * up(x)).</summary>
[Sparsity(0.7, Kernel = SparseKernel.Bitmask)]
[PruneChannels(0.25)]
public sealed partial class Mlp : Module<Tensor, Tensor>
{
    private readonly SparseLinear gate_proj;
    private readonly SparseLinear up_proj;
    private readonly SparseLinear down_proj;

    public Mlp(LlamaConfig config)
        : base(nameof(Mlp))
    {
        gate_proj = new SparseLinear(config.HiddenSize, config.IntermediateSize, config.HasMlpBias);
        up_proj = new SparseLinear(config.HiddenSize, config.IntermediateSize, config.HasMlpBias);
        down_proj = new SparseLinear(config.IntermediateSize, config.HiddenSize, config.HasMlpBias);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
        => down_proj.call(functional.silu(gate_proj.call(x)) * up_proj.call(x));
}
