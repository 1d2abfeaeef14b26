using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Residual blocks that write over what they no longer need.</summary>
public sealed partial class InPlaceResNet : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly ModuleList<InPlaceBlock> blocks;
    private readonly Linear head;

    public InPlaceResNet(int width, int depth, int classes)
        : base(nameof(InPlaceResNet))
    {
        stem = Conv2d(3, width, 3, padding: 1);
        blocks = new ModuleList<InPlaceBlock>([.. Enumerable.Range(0, depth).Select(_ => new InPlaceBlock(width))]);
        head = Linear(width, classes);
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = stem.call(x).relu_();
        foreach (var block in blocks)
        {
            h = block.call(h);
        }

        return head.call(h.mean([2, 3]));
    }
}

/// <summary>One block.</summary>
public sealed partial class InPlaceBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;

    public InPlaceBlock(int width)
        : base(nameof(InPlaceBlock))
    {
        conv1 = Conv2d(width, width, 3, padding: 1, bias: false);
        norm1 = BatchNorm2d(width);
        conv2 = Conv2d(width, width, 3, padding: 1, bias: false);
        norm2 = BatchNorm2d(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var y = norm1.call(conv1.call(x));
        y.relu_();
        y = norm2.call(conv2.call(y));
        y.add_(x);
        return y.relu_();
    }
}
