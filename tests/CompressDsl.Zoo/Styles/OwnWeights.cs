using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Weights that no layer holds: a convolution, a product, and an activation by hand whose value at zero is added to on the way.</summary>
public sealed partial class OwnWeights : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly Parameter kernel;
    private readonly Parameter shift;
    private readonly Linear up;
    private readonly Parameter down;

    public OwnWeights(int width, int inner, int outputs)
        : base(nameof(OwnWeights))
    {
        stem = Conv2d(3, width, 1);
        kernel = Parameter(randn(width, width, 3, 3));
        shift = Parameter(zeros(width));
        up = Linear(width, inner);
        down = Parameter(randn(inner, outputs));
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]</param>
    public override Tensor forward(Tensor x)
    {
        x = functional.conv2d(stem.call(x).relu(), kernel, shift, padding: [1L, 1L]);
        return Gelu(up.call(x.mean([2, 3]))).matmul(down);
    }

    private static Tensor Gelu(Tensor x) => 0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x.pow(3))));
}
