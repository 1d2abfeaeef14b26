using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>An image of twice the size, whose new pixels are channels at first (ESPCN, Shi et al., 2016).</summary>
public sealed partial class SuperResolution : Module<Tensor, Tensor>
{
    private readonly Conv2d features;
    private readonly Conv2d expand;
    private readonly PixelShuffle shuffle;
    private readonly Conv2d head;

    public SuperResolution(int width, int inner)
        : base(nameof(SuperResolution))
    {
        features = Conv2d(1, width, 5, padding: 2);
        expand = Conv2d(width, 4 * inner, 3, padding: 1);
        shuffle = PixelShuffle(2);
        head = Conv2d(inner, 1, 3, padding: 1);
        RegisterComponents();
    }

    /// <param name="x">[batch, 1, height, width]</param>
    public override Tensor forward(Tensor x) => head.call(shuffle.call(expand.call(features.call(x).tanh())));
}
