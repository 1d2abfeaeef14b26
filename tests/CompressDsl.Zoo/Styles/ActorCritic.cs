using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>One body, two results: a policy and a value.</summary>
public sealed partial class ActorCritic : Module<Tensor, (Tensor, Tensor)>
{
    private readonly Body body;
    private readonly Linear policy;
    private readonly Linear value;

    public ActorCritic(int observations, int width, int actions)
        : base(nameof(ActorCritic))
    {
        body = new Body(observations, width);
        policy = Linear(width, actions);
        value = Linear(width, 1);
        RegisterComponents();
    }

    /// <param name="x">[batch, observation]</param>
    /// <returns>[batch, action]: probabilities, and [batch, 1]: values</returns>
    public override (Tensor, Tensor) forward(Tensor x)
    {
        var (forPolicy, forValue) = body.call(x);
        return (functional.softmax(policy.call(forPolicy), 1), value.call(forValue));
    }
}

/// <summary>A layer for both, then one for each.</summary>
public sealed partial class Body : Module<Tensor, (Tensor, Tensor)>
{
    private readonly Linear shared;
    private readonly Linear left;
    private readonly Linear right;

    public Body(int inputs, int width)
        : base(nameof(Body))
    {
        shared = Linear(inputs, width);
        left = Linear(width, width);
        right = Linear(width, width);
        RegisterComponents();
    }

    public override (Tensor, Tensor) forward(Tensor x)
    {
        var h = shared.call(x).tanh();
        return (left.call(h).relu(), right.call(h).relu());
    }
}
