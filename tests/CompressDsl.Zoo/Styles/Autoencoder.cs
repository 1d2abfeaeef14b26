using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>From an image to a short code and back; encoder and decoder are methods that can be called alone.</summary>
public sealed partial class Autoencoder : Module<Tensor, Tensor>
{
    private readonly Sequential encoder;
    private readonly Linear toCode;
    private readonly Linear fromCode;
    private readonly Sequential decoder;
    private readonly int width;

    public Autoencoder(int width, int code)
        : base(nameof(Autoencoder))
    {
        this.width = width;
        encoder = Sequential(Conv2d(1, width, 3, stride: 2, padding: 1), ReLU(), Conv2d(width, width, 3, stride: 2, padding: 1), ReLU());
        toCode = Linear(width * 2 * 2, code);
        fromCode = Linear(code, width * 2 * 2);
        decoder = Sequential(
            ConvTranspose2d(width, width, 2, stride: 2),
            ReLU(),
            ConvTranspose2d(width, 1, 2, stride: 2),
            Sigmoid());
        RegisterComponents();
    }

    /// <param name="image">[batch, 1, 8, 8]</param>
    public override Tensor forward(Tensor image) => Decode(Encode(image));

    public Tensor Encode(Tensor image) => toCode.call(encoder.call(image).flatten(start_dim: 1));

    public Tensor Decode(Tensor code) => decoder.call(fromCode.call(code).relu().view(-1, width, 2, 2));
}
