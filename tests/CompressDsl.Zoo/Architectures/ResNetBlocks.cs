using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>Two 3x3 convolutions around a residual sum.</summary>
public sealed partial class BasicBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly ReLU relu;
    private readonly Sequential? downsample;

    public BasicBlock(int inputs, int planes, int stride, Sequential? downsample)
        : base(nameof(BasicBlock))
    {
        conv1 = Conv2d(inputs, planes, 3, stride: stride, padding: 1, bias: false);
        bn1 = BatchNorm2d(planes);
        conv2 = Conv2d(planes, planes, 3, padding: 1, bias: false);
        bn2 = BatchNorm2d(planes);
        relu = ReLU();
        this.downsample = downsample;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var identity = x;

        var y = conv1.call(x);
        y = bn1.call(y);
        y = relu.call(y);
        y = conv2.call(y);
        y = bn2.call(y);

        if (downsample != null)
        {
            identity = downsample.call(x);
        }

        y += identity;
        return relu.call(y);
    }
}

/// <summary>A 3x3 convolution between two 1x1 convolutions, the last four times as wide.</summary>
public sealed partial class Bottleneck : Module<Tensor, Tensor>
{
    public const int Expansion = 4;

    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Conv2d conv3;
    private readonly BatchNorm2d bn3;
    private readonly Sequential? downsample;

    public Bottleneck(int inputs, int planes, int stride, Sequential? downsample)
        : base(nameof(Bottleneck))
    {
        conv1 = Conv2d(inputs, planes, 1, bias: false);
        bn1 = BatchNorm2d(planes);
        conv2 = Conv2d(planes, planes, 3, stride: stride, padding: 1, bias: false);
        bn2 = BatchNorm2d(planes);
        conv3 = Conv2d(planes, Expansion * planes, 1, bias: false);
        bn3 = BatchNorm2d(Expansion * planes);
        this.downsample = downsample;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var y = functional.relu(bn1.call(conv1.call(x)));
        y = functional.relu(bn2.call(conv2.call(y)));
        y = bn3.call(conv3.call(y));
        return functional.relu(y + (downsample is null ? x : downsample.call(x)));
    }
}
