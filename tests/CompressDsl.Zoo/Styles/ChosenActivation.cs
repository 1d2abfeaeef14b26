using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>What stands between the layers of a <see cref="ChosenActivation"/>.</summary>
public enum ActivationKind
{
    Relu,
    Gelu,
    Silu,
    HardSwish,
}

/// <summary>A network whose fields do not say which module they hold.</summary>
public sealed partial class ChosenActivation : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> input;
    private readonly Module<Tensor, Tensor> activation;
    private readonly Module<Tensor, Tensor> norm;
    private readonly Module<Tensor, Tensor> output;

    public ChosenActivation(int inputs, int width, int outputs, ActivationKind kind, bool isNormalised)
        : base(nameof(ChosenActivation))
    {
        input = Linear(inputs, width);
        activation = Activation(kind);
        norm = isNormalised ? LayerNorm(width) : Identity();
        output = Linear(width, outputs);
        RegisterComponents();
    }

    /// <param name="x">[batch, input]</param>
    public override Tensor forward(Tensor x) => output.call(norm.call(activation.call(input.call(x))));

    private static Module<Tensor, Tensor> Activation(ActivationKind kind) => kind switch
    {
        ActivationKind.Relu => ReLU(),
        ActivationKind.Gelu => GELU(),
        ActivationKind.Silu => SiLU(),
        ActivationKind.HardSwish => Hardswish(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such activation."),
    };
}
