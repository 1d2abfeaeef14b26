using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Every layer sees what all before it have made (Huang et al., 2017).</summary>
public sealed partial class DenseNet : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly DenseBlock block;
    private readonly BatchNorm2d norm;
    private readonly Linear head;

    public DenseNet(int width, int growth, int depth, int classes)
        : base(nameof(DenseNet))
    {
        stem = Conv2d(3, width, 3, padding: 1);
        block = new DenseBlock(width, growth, depth);
        norm = BatchNorm2d(width + depth * growth);
        head = Linear(width + depth * growth, classes);
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]</param>
    public override Tensor forward(Tensor x)
    {
        x = functional.relu(norm.call(block.call(stem.call(x))));
        return head.call(functional.avg_pool2d(x, 4).flatten(1));
    }
}

/// <summary>The layers; what they make is kept in a list and concatenated for the next.</summary>
public sealed partial class DenseBlock : Module<Tensor, Tensor>
{
    private readonly ModuleList<DenseLayer> layers;

    public DenseBlock(int width, int growth, int depth)
        : base(nameof(DenseBlock))
    {
        layers = new ModuleList<DenseLayer>([.. Enumerable.Range(0, depth).Select(i => new DenseLayer(width + i * growth, growth))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var features = new List<Tensor> { x };
        foreach (var layer in layers)
        {
            features.Add(layer.call(torch.cat(features, 1)));
        }

        return torch.cat(features, dim: 1);
    }
}

/// <summary>Norm, ReLU, 1x1 convolution; again with 3x3.</summary>
public sealed partial class DenseLayer : Module<Tensor, Tensor>
{
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d conv2;

    public DenseLayer(int inputs, int growth)
        : base(nameof(DenseLayer))
    {
        norm1 = BatchNorm2d(inputs);
        conv1 = Conv2d(inputs, 4 * growth, 1, bias: false);
        norm2 = BatchNorm2d(4 * growth);
        conv2 = Conv2d(4 * growth, growth, 3, padding: 1, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var y = conv1.call(norm1.call(x).relu());
        return conv2.call(norm2.call(y).relu());
    }
}
