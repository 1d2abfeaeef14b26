using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>What forward makes on its way is disposed of before it returns.</summary>
public sealed partial class ScopedMlp : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear gate;
    private readonly Linear down;
    private readonly LayerNorm norm;

    public ScopedMlp(int width, int inner)
        : base(nameof(ScopedMlp))
    {
        up = Linear(width, inner);
        gate = Linear(width, inner);
        down = Linear(inner, width);
        norm = LayerNorm(width);
        RegisterComponents();
    }

    /// <param name="input">[batch, width]</param>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = norm.call(input);
        using (var inner = NewDisposeScope())
        {
            var gated = functional.gelu(gate.call(x)).mul(up.call(x));
            x = down.call(gated).MoveToOuterDisposeScope();
        }

        return input.add(x).MoveToOuterDisposeScope();
    }
}
