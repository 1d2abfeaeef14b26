using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Zoo.Styles;

/// <summary>A convolutional net for small images in one expression, with and without normalisation.</summary>
public sealed partial class FunctionalConvNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d? norm1;
    private readonly BatchNorm2d? norm2;
    private readonly Linear fc1;
    private readonly Linear fc2;
    private readonly bool isNormalised;

    public FunctionalConvNet(int width, int inner, int classes, bool isNormalised)
        : base(nameof(FunctionalConvNet))
    {
        this.isNormalised = isNormalised;
        conv1 = Conv2d(1, width, 3, padding: 1);
        conv2 = Conv2d(width, 2 * width, 3, padding: 1);
        norm1 = isNormalised ? BatchNorm2d(width) : null;
        norm2 = isNormalised ? BatchNorm2d(2 * width) : null;
        fc1 = Linear(2 * width * 2 * 2, inner);
        fc2 = Linear(inner, classes);
        RegisterComponents();
    }

    /// <param name="x">[batch, 1, 8, 8]</param>
    public override Tensor forward(Tensor x) => Classify(Pool(Normalise(norm2, conv2.call(Pool(Normalise(norm1, conv1.call(x)))))));

    private static Tensor Pool(Tensor x) => max_pool2d(relu(x), 2);

    private Tensor Normalise(BatchNorm2d? norm, Tensor x) => isNormalised ? norm!.call(x) : x;

    private Tensor Classify(Tensor x) => log_softmax(fc2.call(dropout(leaky_relu(fc1.call(x.flatten(1)), 0.1), 0.5, training)), 1);
}
