using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

/// <summary>fc1-silu-fc2-silu-out.</summary>
[PruneChannels(0.5)]
public sealed partial class GoldenMlp : Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly Linear fc2;
    private readonly Linear @out;

    public GoldenMlp(int inputs, int first, int second, int outputs)
        : base(nameof(GoldenMlp))
    {
        (fc1, fc2, @out) = (Linear(inputs, first), Linear(first, second), Linear(second, outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => @out.call(functional.silu(fc2.call(functional.silu(fc1.call(x)))));
}
