using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Forward stands in a base class; the derived class says what a layer is.</summary>
public abstract class SharedBase : Module<Tensor, Tensor>
{
    protected SharedBase(string name)
        : base(name)
    {
    }

    /// <param name="x">[batch, input]</param>
    public override Tensor forward(Tensor x)
    {
        var features = Features(x);
        return Classify(features);
    }

    protected abstract Tensor Features(Tensor x);

    protected abstract Tensor Classify(Tensor features);
}

/// <summary>Two layers and a head, kept in properties.</summary>
public sealed partial class SharedBaseNet : SharedBase
{
    public SharedBaseNet(int inputs, int width, int classes)
        : base(nameof(SharedBaseNet))
    {
        First = Linear(inputs, width);
        Second = Linear(width, width);
        Head = Linear(width, classes);
        register_module(nameof(First), First);
        register_module(nameof(Second), Second);
        register_module(nameof(Head), Head);
    }

    private Linear First { get; }

    private Linear Second { get; }

    private Linear Head { get; }

    protected override Tensor Features(Tensor x)
    {
        var h = First.call(x);
        h = functional.softplus(h);
        return Squash(Second.call(h));
    }

    protected override Tensor Classify(Tensor features) => Head.call(features);

    private static Tensor Squash(Tensor x) => tanh(x);
}
