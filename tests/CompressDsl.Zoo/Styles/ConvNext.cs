using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>ConvNeXt (Liu et al., 2022), two stages.</summary>
public sealed partial class ConvNext : Module<Tensor, Tensor>
{
    private readonly Conv2d patchify;
    private readonly ConvNextBlock block1;
    private readonly LayerNorm norm;
    private readonly Conv2d downsample;
    private readonly ConvNextBlock block2;
    private readonly Linear head;

    public ConvNext(int width, int classes)
        : base(nameof(ConvNext))
    {
        patchify = Conv2d(3, width, 4, stride: 4);
        block1 = new ConvNextBlock(width);
        norm = LayerNorm(width, 1e-6);
        downsample = Conv2d(width, 2 * width, 2, stride: 2);
        block2 = new ConvNextBlock(2 * width);
        head = Linear(2 * width, classes);
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]; height and width divide by eight</param>
    public override Tensor forward(Tensor x)
    {
        x = block1.call(patchify.call(x));
        x = norm.call(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
        x = block2.call(downsample.call(x));
        return head.call(x.mean([-2, -1]));
    }
}

/// <summary>A depthwise convolution, then a network over the channels; the sum is scaled channel by channel.</summary>
public sealed partial class ConvNextBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d dwconv;
    private readonly LayerNorm norm;
    private readonly Linear pwconv1;
    private readonly Linear pwconv2;
    private readonly Parameter gamma;

    public ConvNextBlock(int dim)
        : base(nameof(ConvNextBlock))
    {
        dwconv = Conv2d(dim, dim, 7, padding: 3, groups: dim);
        norm = LayerNorm(dim, 1e-6);
        pwconv1 = Linear(dim, 4 * dim);
        pwconv2 = Linear(4 * dim, dim);
        gamma = Parameter(torch.ones(dim) * 1e-6);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var input = x;
        x = dwconv.call(x);
        x = x.permute(0, 2, 3, 1);
        x = norm.call(x);
        x = pwconv1.call(x);
        x = functional.gelu(x);
        x = pwconv2.call(x);
        x = gamma * x;
        x = x.permute(0, 3, 1, 2);
        return input + x;
    }
}
