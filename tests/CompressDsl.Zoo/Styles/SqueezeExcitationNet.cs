using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>A convolutional net whose channels are weighed by what the whole image holds (Hu et al., 2018).</summary>
public sealed partial class SqueezeExcitationNet : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly SqueezeExcitationBlock block1;
    private readonly SqueezeExcitationBlock block2;
    private readonly Linear head;

    public SqueezeExcitationNet(int width, int classes)
        : base(nameof(SqueezeExcitationNet))
    {
        stem = Conv2d(3, width, 3, stride: 2, padding: 1);
        block1 = new SqueezeExcitationBlock(width, width, reduction: 4);
        block2 = new SqueezeExcitationBlock(width, 2 * width, reduction: 4);
        head = Linear(2 * width, classes);
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]</param>
    public override Tensor forward(Tensor x)
    {
        x = block2.call(block1.call(stem.call(x)));
        return head.call(functional.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1));
    }
}

/// <summary>A residual block with a gate; its shortcut is a convolution where the width changes.</summary>
public sealed partial class SqueezeExcitationBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;
    private readonly BatchNorm2d norm;
    private readonly Gate gate;
    private readonly Conv2d? shortcut;

    public SqueezeExcitationBlock(int inputs, int outputs, int reduction)
        : base(nameof(SqueezeExcitationBlock))
    {
        conv = Conv2d(inputs, outputs, 3, padding: 1);
        norm = BatchNorm2d(outputs);
        gate = new Gate(outputs, reduction);
        shortcut = inputs == outputs ? null : Conv2d(inputs, outputs, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
        => functional.relu(gate.call(norm.call(conv.call(x))) + (shortcut?.call(x) ?? x));
}

/// <summary>A number in (0, 1) for every channel, from the means of all.</summary>
public sealed partial class Gate : Module<Tensor, Tensor>
{
    private readonly Linear squeeze;
    private readonly Linear excite;

    public Gate(int channels, int reduction)
        : base(nameof(Gate))
    {
        squeeze = Linear(channels, channels / reduction);
        excite = Linear(channels / reduction, channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var weights = x.mean([2, 3]);
        weights = excite.call(functional.relu(squeeze.call(weights))).sigmoid();
        return x * weights.unsqueeze(-1).unsqueeze(-1);
    }
}
