using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>MobileNetV2 (Sandler et al., 2018): inverted residuals with depthwise convolutions.</summary>
public sealed partial class MobileNetV2 : Module<Tensor, Tensor>
{
    /// <summary>Expansion, channels, blocks and stride of each stage, as published.</summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] published =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    private readonly Sequential features;
    private readonly Sequential classifier;

    public MobileNetV2(int classes = 1000, double width = 1)
        : base(nameof(MobileNetV2))
    {
        var channels = Scale(32);
        var last = width > 1 ? Scale(1280) : width < 1 ? Scale(320) : 1280;
        var layers = new List<Module<Tensor, Tensor>> { ConvBnRelu6(3, channels, kernel: 3, stride: 2) };
        foreach (var stage in published)
        {
            for (var i = 0; i < stage.Blocks; i++)
            {
                layers.Add(new InvertedResidual(channels, Scale(stage.Channels), i == 0 ? stage.Stride : 1, stage.Expansion));
                channels = Scale(stage.Channels);
            }
        }

        layers.Add(ConvBnRelu6(channels, last, kernel: 1, stride: 1));
        features = Sequential(layers);
        classifier = Sequential(Dropout(0.2), Linear(last, classes));
        RegisterComponents();

        int Scale(int published) => Math.Max(4, (int)(published * width));
    }

    /// <param name="x">[batch, 3, height, width]</param>
    /// <returns>[batch, class]: logits</returns>
    public override Tensor forward(Tensor x)
    {
        x = features.call(x);
        x = functional.adaptive_avg_pool2d(x, (1, 1));
        x = flatten(x, 1);
        return classifier.call(x);
    }

    internal static Sequential ConvBnRelu6(int inputs, int outputs, int kernel, int stride, int groups = 1)
        => Sequential(
            Conv2d(inputs, outputs, kernel, stride: stride, padding: (kernel - 1) / 2, groups: groups, bias: false),
            BatchNorm2d(outputs),
            ReLU6());
}

/// <summary>Widen, filter every channel alone, narrow again; the sum is over the narrow channels.</summary>
public sealed partial class InvertedResidual : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly bool useResidual;

    public InvertedResidual(int inputs, int outputs, int stride, int expansion)
        : base(nameof(InvertedResidual))
    {
        var hidden = inputs * expansion;
        useResidual = stride == 1 && inputs == outputs;
        var layers = new List<Module<Tensor, Tensor>>();
        if (expansion != 1)
        {
            layers.Add(MobileNetV2.ConvBnRelu6(inputs, hidden, kernel: 1, stride: 1));
        }

        layers.Add(MobileNetV2.ConvBnRelu6(hidden, hidden, kernel: 3, stride: stride, groups: hidden));
        layers.Add(Conv2d(hidden, outputs, 1, bias: false));
        layers.Add(BatchNorm2d(outputs));
        conv = Sequential(layers);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => useResidual ? x + conv.call(x) : conv.call(x);
}
