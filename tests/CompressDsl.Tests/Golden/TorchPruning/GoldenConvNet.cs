using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

/// <summary>Three convolutions with batch normalisations, a residual addition over the second, and a head over channels and positions.</summary>
[PruneChannels(0.5)]
public sealed partial class GoldenConvNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Conv2d conv3;
    private readonly BatchNorm2d bn3;
    private readonly Linear fc;

    public GoldenConvNet(int inputs, int width, int last, int size, int outputs)
        : base(nameof(GoldenConvNet))
    {
        (conv1, bn1) = (Conv2d(inputs, width, 3, padding: 1, bias: false), BatchNorm2d(width));
        (conv2, bn2) = (Conv2d(width, width, 3, padding: 1, bias: false), BatchNorm2d(width));
        (conv3, bn3) = (Conv2d(width, last, 3, stride: 2, padding: 1), BatchNorm2d(last));
        fc = Linear(last * (size / 2) * (size / 2), outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var h = functional.relu(bn1.call(conv1.call(x)));
        h = functional.relu(h + bn2.call(conv2.call(h)));
        h = functional.relu(bn3.call(conv3.call(h)));
        return fc.call(h.flatten(1));
    }
}
