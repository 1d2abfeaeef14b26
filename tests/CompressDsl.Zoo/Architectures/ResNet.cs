using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>A residual network (He et al., 2016). The channels after the stem, 64 as published, can be fewer.</summary>
public sealed partial class ResNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ReLU relu;
    private readonly MaxPool2d maxpool;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly AdaptiveAvgPool2d avgpool;
    private readonly Linear fc;
    private int inPlanes;

    private ResNet(string name, bool hasBottlenecks, int[] blocks, int width, int classes)
        : base(name)
    {
        var expansion = hasBottlenecks ? Bottleneck.Expansion : 1;
        inPlanes = width;
        conv1 = Conv2d(3, width, 7, stride: 2, padding: 3, bias: false);
        bn1 = BatchNorm2d(width);
        relu = ReLU();
        maxpool = MaxPool2d(3, stride: 2, padding: 1);
        layer1 = MakeLayer(hasBottlenecks, width, blocks[0], stride: 1);
        layer2 = MakeLayer(hasBottlenecks, 2 * width, blocks[1], stride: 2);
        layer3 = MakeLayer(hasBottlenecks, 4 * width, blocks[2], stride: 2);
        layer4 = MakeLayer(hasBottlenecks, 8 * width, blocks[3], stride: 2);
        avgpool = AdaptiveAvgPool2d(1);
        fc = Linear(8 * width * expansion, classes);
        RegisterComponents();
    }

    public static ResNet ResNet18(int width = 64, int classes = 1000) => new(nameof(ResNet18), hasBottlenecks: false, [2, 2, 2, 2], width, classes);

    public static ResNet ResNet50(int width = 64, int classes = 1000) => new(nameof(ResNet50), hasBottlenecks: true, [3, 4, 6, 3], width, classes);

    /// <param name="x">[batch, 3, height, width]</param>
    /// <returns>[batch, class]: logits</returns>
    public override Tensor forward(Tensor x)
    {
        x = maxpool.call(relu.call(bn1.call(conv1.call(x))));
        x = layer1.call(x);
        x = layer2.call(x);
        x = layer3.call(x);
        x = layer4.call(x);
        x = avgpool.call(x).flatten(1);
        return fc.call(x);
    }

    /// <summary>Blocks of one resolution; the first may halve it.</summary>
    private Sequential MakeLayer(bool hasBottlenecks, int planes, int blocks, int stride)
    {
        var width = hasBottlenecks ? planes * Bottleneck.Expansion : planes;
        Sequential? downsample = null;
        if (stride != 1 || inPlanes != width)
        {
            downsample = Sequential(Conv2d(inPlanes, width, 1, stride: stride, bias: false), BatchNorm2d(width));
        }

        var layers = new List<Module<Tensor, Tensor>> { MakeBlock(inPlanes, stride, downsample) };
        inPlanes = width;
        for (var i = 1; i < blocks; i++)
        {
            layers.Add(MakeBlock(inPlanes, 1, null));
        }

        return Sequential(layers);

        Module<Tensor, Tensor> MakeBlock(int inputs, int blockStride, Sequential? shortcut)
            => hasBottlenecks ? new Bottleneck(inputs, planes, blockStride, shortcut) : new BasicBlock(inputs, planes, blockStride, shortcut);
    }
}
