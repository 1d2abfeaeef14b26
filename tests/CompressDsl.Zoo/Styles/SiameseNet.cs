using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Two inputs through the same layers, compared at the end.</summary>
public sealed partial class SiameseNet : Module<Tensor, Tensor, Tensor>
{
    private readonly Sequential tower;
    private readonly Linear compare;

    public SiameseNet(int inputs, int width, int code)
        : base(nameof(SiameseNet))
    {
        tower = Sequential(Linear(inputs, width), BatchNorm1d(width), ReLU(), Linear(width, code), Tanh());
        compare = Linear(3 * code, 1);
        RegisterComponents();
    }

    /// <param name="a">[batch, input]</param>
    /// <param name="b">[batch, input]</param>
    /// <returns>[batch]: how alike they are, in (0, 1)</returns>
    public override Tensor forward(Tensor a, Tensor b)
    {
        var left = tower.call(a);
        var right = tower.call(b);
        var all = torch.cat([left, right, (left - right).abs()], dim: -1);
        return torch.sigmoid(compare.call(all)).squeeze(1);
    }
}
