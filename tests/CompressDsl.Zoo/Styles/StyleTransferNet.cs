using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Normalisations without weights: of every image's channels (Ulyanov et al., 2016), and of a vector.</summary>
public sealed partial class StyleTransferNet : Module<Tensor, Tensor>
{
    private readonly Sequential encoder;
    private readonly Linear style;
    private readonly LayerNorm norm;
    private readonly Linear scale;
    private readonly Conv2d head;

    public StyleTransferNet(int width, int code)
        : base(nameof(StyleTransferNet))
    {
        encoder = Sequential(Conv2d(3, width, 3, padding: 1), InstanceNorm2d(width), ReLU(), Conv2d(width, width, 3, padding: 1), InstanceNorm2d(width));
        style = Linear(3, code);
        norm = LayerNorm(code, elementwise_affine: false);
        scale = Linear(code, width);
        head = Conv2d(width, 3, 1);
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]</param>
    public override Tensor forward(Tensor x)
    {
        var weights = scale.call(norm.call(style.call(x.mean([2, 3])))).unsqueeze(-1).unsqueeze(-1);
        return head.call(encoder.call(x) * weights);
    }
}
