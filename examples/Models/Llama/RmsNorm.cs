using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>Divides by the root of the mean square over the last dimension, then scales (Zhang and Sennrich, 2019).</summary>
public sealed class RmsNorm : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double epsilon;

    public RmsNorm(int size, double epsilon)
        : base(nameof(RmsNorm))
    {
        weight = Parameter(torch.ones(size));
        this.epsilon = epsilon;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var scale = x.square().mean([-1], keepdim: true).add(epsilon).rsqrt();
        return x * scale * weight;
    }
}
