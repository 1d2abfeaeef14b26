using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>A chain of convolutions and a classifier, both written out with names.</summary>
public sealed partial class NamedVgg : Module<Tensor, Tensor>
{
    private readonly Sequential net;

    public NamedVgg(int width, int inner, int classes)
        : base(nameof(NamedVgg))
    {
        net = Sequential(
            ("features", Sequential(
                ("conv1", Conv2d(3, width, (3, 3), padding: (1, 1))),
                ("relu1", ReLU()),
                ("pool1", MaxPool2d(2, 2)),
                ("conv2", Conv2d(width, 2 * width, (3, 3), padding: (1, 1))),
                ("norm2", BatchNorm2d(2 * width)),
                ("relu2", LeakyReLU(0.1)),
                ("pool2", AvgPool2d(2)))),
            ("flatten", Flatten()),
            ("classifier", Sequential(
                ("fc1", Linear(2 * width * 4, inner)),
                ("act", ELU()),
                ("drop", Dropout(0.5)),
                ("fc2", Linear(inner, classes)))));
        RegisterComponents();
    }

    /// <param name="image">[batch, 3, 8, 8]</param>
    public override Tensor forward(Tensor image)
        => net.call(image);
}
