using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles.Obstacles;

/// <summary>The channels become frequencies.</summary>
public sealed partial class FourierOverChannels : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public FourierOverChannels(int width, int inner)
        : base(nameof(FourierOverChannels))
    {
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x);
        h = torch.fft.fft_(h).real; // CDSL3003: every frequency holds every channel
        return down.call(h);
    }
}

/// <summary>The channels share one: each depends on all.</summary>
public sealed partial class SoftmaxOverChannels : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public SoftmaxOverChannels(int width, int inner)
        : base(nameof(SoftmaxOverChannels))
    {
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x);
        var weights = functional.softmax(h, -1); // CDSL3003: a softmax over the channels
        return down.call(weights);
    }
}

/// <summary>The channels lose their places.</summary>
public sealed partial class SortOverChannels : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public SortOverChannels(int width, int inner)
        : base(nameof(SortOverChannels))
    {
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x);
        var (sorted, _) = h.sort(1); // CDSL3003: a sort over the channels
        return down.call(sorted);
    }
}

/// <summary>The four largest, whichever they are.</summary>
public sealed partial class TopChannels : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public TopChannels(int width, int inner)
        : base(nameof(TopChannels))
    {
        up = Linear(width, inner);
        down = Linear(4, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x);
        var (largest, _) = h.topk(4, dim: -1); // CDSL3003: the largest of the channels
        return down.call(largest);
    }
}

/// <summary>Every channel holds all before it.</summary>
public sealed partial class SumsOverChannels : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public SumsOverChannels(int width, int inner)
        : base(nameof(SumsOverChannels))
    {
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x);
        return down.call(h.relu().cumsum(1)); // CDSL3003: sums along the channels
    }
}

/// <summary>Half of a masked channel is one half, which the sum takes.</summary>
public sealed partial class SumOfSigmoids : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public SumOfSigmoids(int width, int inner)
        : base(nameof(SumOfSigmoids))
    {
        up = Linear(width, inner);
        down = Linear(1, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x).sigmoid();
        return down.call(h.sum(-1, keepdim: true)); // CDSL3003: a masked channel adds one half
    }
}

/// <summary>The logarithm of a masked channel is not a number.</summary>
public sealed partial class LogOfChannels : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public LogOfChannels(int width, int inner)
        : base(nameof(LogOfChannels))
    {
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.call(x).square();
        h = h.log(); // CDSL3003: zero has none
        return down.call(h);
    }
}
