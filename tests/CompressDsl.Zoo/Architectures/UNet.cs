using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>A U-Net (Ronneberger et al., 2015) with batch normalisation, three levels deep.</summary>
public sealed partial class UNet : Module<Tensor, Tensor>
{
    private readonly DoubleConv down1;
    private readonly DoubleConv down2;
    private readonly DoubleConv bottom;
    private readonly MaxPool2d pool;
    private readonly ConvTranspose2d up2;
    private readonly DoubleConv merge2;
    private readonly ConvTranspose2d up1;
    private readonly DoubleConv merge1;
    private readonly Conv2d head;

    public UNet(int inputs = 1, int classes = 2, int width = 64)
        : base(nameof(UNet))
    {
        down1 = new DoubleConv(inputs, width);
        down2 = new DoubleConv(width, 2 * width);
        bottom = new DoubleConv(2 * width, 4 * width);
        pool = MaxPool2d(2);
        up2 = ConvTranspose2d(4 * width, 2 * width, 2, stride: 2);
        merge2 = new DoubleConv(4 * width, 2 * width);
        up1 = ConvTranspose2d(2 * width, width, 2, stride: 2);
        merge1 = new DoubleConv(2 * width, width);
        head = Conv2d(width, classes, 1);
        RegisterComponents();
    }

    /// <param name="x">[batch, input, height, width]; height and width divide by four</param>
    /// <returns>[batch, class, height, width]: logits</returns>
    public override Tensor forward(Tensor x)
    {
        var skip1 = down1.call(x);
        var skip2 = down2.call(pool.call(skip1));
        var deep = bottom.call(pool.call(skip2));

        var y = merge2.call(torch.cat([skip2, up2.call(deep)], dim: 1));
        y = merge1.call(torch.cat([skip1, up1.call(y)], dim: 1));
        return head.call(y);
    }
}

/// <summary>Twice: convolution, normalisation, ReLU.</summary>
public sealed partial class DoubleConv : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public DoubleConv(int inputs, int outputs)
        : base(nameof(DoubleConv))
    {
        layers = Sequential(
            Conv2d(inputs, outputs, 3, padding: 1, bias: false),
            BatchNorm2d(outputs),
            ReLU(inplace: true),
            Conv2d(outputs, outputs, 3, padding: 1, bias: false),
            BatchNorm2d(outputs),
            ReLU(inplace: true));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => layers.call(x);
}
