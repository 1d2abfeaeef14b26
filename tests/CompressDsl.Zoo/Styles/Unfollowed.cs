using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles.Unfollowed;

/// <summary>A net whose first layer goes where nobody follows it; its second one can lose channels.</summary>
public abstract class UnfollowedNet : Module<Tensor, Tensor>
{
    protected readonly Linear first = Linear(6, 16);
    protected readonly Linear second = Linear(16, 12);
    protected readonly Linear head = Linear(12, 4);

    protected UnfollowedNet(string name)
        : base(name)
        => RegisterComponents();

    /// <param name="x">[batch, 6]</param>
    public override Tensor forward(Tensor x) => head.call(second.call(Hide(first.call(x))).relu());

    protected abstract Tensor Hide(Tensor h);
}

/// <summary>A number that is made of a width.</summary>
public sealed partial class ScaledByWidth() : UnfollowedNet(nameof(ScaledByWidth))
{
    protected override Tensor Hide(Tensor h) => h / Math.Sqrt(h.shape[1]);
}

/// <summary>A way that is taken by the values, or by the width.</summary>
public sealed partial class ChosenByWidth() : UnfollowedNet(nameof(ChosenByWidth))
{
    protected override Tensor Hide(Tensor h) => h.shape[^1] > 10 ? h.relu() : h.tanh();
}

/// <summary>Positions along the channels.</summary>
public sealed partial class NumberedChannels() : UnfollowedNet(nameof(NumberedChannels))
{
    protected override Tensor Hide(Tensor h) => h * arange(h.shape[1], dtype: h.dtype);
}

/// <summary>One channel is written to.</summary>
public sealed partial class WrittenChannel() : UnfollowedNet(nameof(WrittenChannel))
{
    protected override Tensor Hide(Tensor h)
    {
        h = h.clone();
        h[.., 0] = 1;
        return h;
    }
}

/// <summary>An object of the user's between two lines.</summary>
public sealed partial class HeldInRecord() : UnfollowedNet(nameof(HeldInRecord))
{
    protected override Tensor Hide(Tensor h)
    {
        var pair = new Pair(h, h.relu());
        return pair.Left * pair.Right;
    }

    private sealed record Pair(Tensor Left, Tensor Right);
}

/// <summary>Tensors that come one by one.</summary>
public sealed partial class ComingOneByOne() : UnfollowedNet(nameof(ComingOneByOne))
{
    protected override Tensor Hide(Tensor h) => Parts(h).Aggregate(static (a, b) => a + b);

    private static IEnumerable<Tensor> Parts(Tensor h)
    {
        yield return h;
        yield return h.tanh();
    }
}

/// <summary>A list that is filled in a loop of which only a call knows how long it is.</summary>
public sealed partial class FilledInLoop() : UnfollowedNet(nameof(FilledInLoop))
{
    protected override Tensor Hide(Tensor h)
    {
        List<Tensor> parts = [h];

        while (parts.Count < 3 && h.isfinite().all().item<bool>())
        {
            parts.Add(parts[^1].tanh());
        }

        return stack(parts).sum(dim: 0);
    }
}

/// <summary>What a lambda takes with it.</summary>
public sealed partial class TakenByLambda() : UnfollowedNet(nameof(TakenByLambda))
{
    protected override Tensor Hide(Tensor h)
    {
        var later = new Lazy<Tensor>(() => h.softmax(-1) * 16);
        return later.Value;
    }
}

/// <summary>Every channel with every other.</summary>
public sealed partial class Gram : Module<Tensor, Tensor>
{
    private readonly Conv2d features = Conv2d(3, 6, 3, padding: 1);
    private readonly Linear second = Linear(36, 12);
    private readonly Linear head = Linear(12, 4);

    public Gram()
        : base(nameof(Gram))
        => RegisterComponents();

    /// <param name="x">[batch, 3, height, width]</param>
    public override Tensor forward(Tensor x)
    {
        var flat = features.call(x).flatten(2);
        return head.call(second.call(flat.bmm(flat.transpose(1, 2)).flatten(1)).relu());
    }
}

/// <summary>A layer that only a test calls.</summary>
public sealed partial class EarlyExit : Module<Tensor, Tensor>
{
    private readonly Linear first = Linear(6, 16);
    private readonly LayerNorm norm = LayerNorm(16);
    private readonly Linear exit = Linear(16, 1);
    private readonly Linear second = Linear(16, 12);
    private readonly Linear head = Linear(12, 4);

    public EarlyExit()
        : base(nameof(EarlyExit))
        => RegisterComponents();

    /// <param name="x">[batch, 6]</param>
    public override Tensor forward(Tensor x)
    {
        var h = first.call(x);

        if (exit.call(norm.call(h)).max().gt(1e6).item<bool>())
        {
            h = h.relu();
        }

        return head.call(second.call(h).relu());
    }
}
