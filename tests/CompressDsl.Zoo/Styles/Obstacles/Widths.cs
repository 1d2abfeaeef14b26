using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles.Obstacles;

/// <summary>The width of a fused layer's halves is written out.</summary>
public sealed partial class LiteralSplit : Module<Tensor, Tensor>
{
    private readonly Linear both = Linear(16, 64);
    private readonly Linear down = Linear(32, 16);

    public LiteralSplit()
        : base(nameof(LiteralSplit)) => RegisterComponents();

    /// <param name="x">[batch, 16]</param>
    public override Tensor forward(Tensor x)
    {
        var parts = both.call(x).split(32, dim: 1); // CDSL3005: 32
        return down.call(functional.silu(parts[0]) * parts[1]);
    }
}

/// <summary>What a flattened image holds is written out.</summary>
public sealed partial class LiteralFlatten : Module<Tensor, Tensor>
{
    private readonly Conv2d conv = Conv2d(1, 8, 3, padding: 1);
    private readonly Linear fc = Linear(8 * 4 * 4, 5);

    public LiteralFlatten()
        : base(nameof(LiteralFlatten)) => RegisterComponents();

    /// <param name="x">[batch, 1, 8, 8]</param>
    public override Tensor forward(Tensor x)
    {
        x = functional.max_pool2d(functional.relu(conv.call(x)), 2);
        return fc.call(x.view(-1, 8 * 4 * 4)); // CDSL3005: 8 * 4 * 4
    }
}

/// <summary>One channel is taken out by its number.</summary>
public sealed partial class LiteralChannel : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public LiteralChannel(int width, int inner)
        : base(nameof(LiteralChannel))
    {
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x).relu();
        var gate = h[.., 3].sigmoid().unsqueeze(1); // CDSL3003 or CDSL3005: the channel with number 3 may be another, or gone
        return down.call(h * gate);
    }
}

/// <summary>Channels change places between groups (Zhang et al., 2018).</summary>
public sealed partial class ChannelShuffle : Module<Tensor, Tensor>
{
    private readonly Conv2d before;
    private readonly Conv2d grouped;
    private readonly Conv2d after;
    private readonly int groups;

    public ChannelShuffle(int width, int groups)
        : base(nameof(ChannelShuffle))
    {
        this.groups = groups;
        before = Conv2d(3, width, 1);
        grouped = Conv2d(width, width, 3, padding: 1, groups: groups);
        after = Conv2d(width, 3, 1);
        RegisterComponents();
    }

    /// <param name="x">[batch, 3, height, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = grouped.call(before.call(x));
        var (batch, channels, height, width) = (h.shape[0], h.shape[1], h.shape[2], h.shape[3]);
        h = h.view(batch, groups, channels / groups, height, width).transpose(1, 2).reshape(batch, channels, height, width); // right, if groups stay even
        return after.call(h);
    }
}
