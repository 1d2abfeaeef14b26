using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles.Obstacles;

/// <summary>What happens to the channels is a delegate, whose body nobody can read.</summary>
public sealed partial class DelegateActivation : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;
    private readonly Func<Tensor, Tensor> activation;

    public DelegateActivation(int width, int inner, Func<Tensor, Tensor> activation)
        : base(nameof(DelegateActivation))
    {
        this.activation = activation;
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x) => down.call(activation(up.call(x))); // CDSL3003: activation
}

/// <summary>The weight is changed on its way into the product.</summary>
public sealed partial class StandardisedWeight : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly Linear down;

    public StandardisedWeight(int width, int inner)
        : base(nameof(StandardisedWeight))
    {
        up = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        var h = functional.relu(up.call(x));
        var weight = down.weight!;
        var standardised = weight - weight.mean([1], keepdim: true); // CDSL3003: a mean over the channels that would go
        return functional.linear(h, standardised, down.bias);
    }
}

/// <summary>What goes into a product changes with the instance: the two ways disagree about whose channels meet.</summary>
public sealed partial class EitherLayer : Module<Tensor, Tensor>
{
    private readonly Linear wide;
    private readonly Linear other;
    private readonly Linear down;

    public EitherLayer(int width, int inner)
        : base(nameof(EitherLayer))
    {
        wide = Linear(width, inner);
        other = Linear(width, inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width]</param>
    public override Tensor forward(Tensor x)
    {
        // Right, if the channels of both are coupled: which way is taken is known only while it runs.
        var h = x.mean().item<float>() > 0 ? wide.call(x) : other.call(x);
        return down.call(h.relu());
    }
}
