using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Grouped convolutions between 1x1 convolutions (Xie et al., 2017), with norms over groups of channels (Wu and He, 2018).</summary>
public sealed partial class GroupNormNet : Module<Tensor, Tensor>
{
    private readonly Sequential stem;
    private readonly Sequential body;
    private readonly Conv2d head;

    public GroupNormNet(int width, int groups, int classes)
        : base(nameof(GroupNormNet))
    {
        stem = Sequential(Conv2d(3, width, 3, padding: 1), GroupNorm(groups, width), SiLU());
        body = Sequential(
            Conv2d(width, 2 * width, 1),
            GroupNorm(groups, 2 * width),
            SiLU(),
            Conv2d(2 * width, 2 * width, 3, padding: 1, groups: groups),
            GroupNorm(groups, 2 * width),
            SiLU(),
            Conv2d(2 * width, width, 1));
        head = Conv2d(width, classes, 1);
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]</param>
    /// <returns>[batch, class, height, width]</returns>
    public override Tensor forward(Tensor x)
    {
        x = stem.call(x);
        return head.call(x + body.call(x));
    }
}
