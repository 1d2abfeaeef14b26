using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Two lists side by side, gone through by number; a local function does the step.</summary>
public sealed partial class LoopingMlp : Module<Tensor, Tensor>
{
    private readonly ModuleList<Linear> layers = new();
    private readonly ModuleList<LayerNorm> norms = new();
    private readonly Linear last;

    public LoopingMlp(int inputs, int[] widths, int outputs)
        : base(nameof(LoopingMlp))
    {
        foreach (var width in widths)
        {
            layers.Add(Linear(inputs, width));
            norms.Add(LayerNorm(width));
            inputs = width;
        }

        last = Linear(inputs, outputs);
        RegisterComponents();
    }

    /// <param name="x">[batch, input]</param>
    public override Tensor forward(Tensor x)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            x = Step(x, i);
        }

        return last.call(x);

        Tensor Step(Tensor input, int i)
        {
            var y = norms[i].call(layers[i].call(input));
            return y * functional.sigmoid(1.702 * y);
        }
    }
}
