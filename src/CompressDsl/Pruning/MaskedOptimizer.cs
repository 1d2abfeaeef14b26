using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// An optimizer after whose every step the masks of a model are applied; all else is the wrapped one's. Made by <see
/// cref="MaskExtensions.KeepMasks"/>.
/// </summary>
/// <remarks>
/// Learning-rate schedulers work on it. Those that ask the optimizer for its momentum (OneCycleLR and CyclicLR with <c>cycle_momentum</c>) want the
/// wrapped one, <see cref="Inner"/>: it is the same state.
/// </remarks>
public sealed class MaskedOptimizer : optim.Optimizer, IHasState
{
    private readonly nn.Module[] holders;

    internal MaskedOptimizer(optim.Optimizer inner, nn.Module module)
        : base(IntPtr.Zero)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        holders = [.. MaskExtensions.Holders(module)];
    }

    /// <summary>The wrapped optimizer.</summary>
    public optim.Optimizer Inner { get; }

    /// <inheritdoc/>
    public override IEnumerable<optim.ILearningRateController> ParamGroups => Inner.ParamGroups;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model has given up a parameter that the optimizer holds: <c>Shrink</c> or <c>.to()</c> has replaced it.</exception>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        var loss = Step(closure);
        foreach (var mask in holders.SelectMany(WeightMask.AllOf))
        {
            mask.AfterStep();
        }

        return loss;
    }

    private Tensor Step(Func<Tensor>? closure)
    {
        try
        {
            return Inner.step(closure);
        }
        catch (KeyNotFoundException replaced) when (closure is null)
        {
            // TorchSharp looks the state of a parameter up by its address.
            throw new InvalidOperationException("The optimizer holds a parameter that its model no longer has. Shrink and .to() replace parameters: make the optimizer after them.", replaced);
        }
    }

    /// <inheritdoc/>
    public override void zero_grad() => Inner.zero_grad();

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => Inner.parameters();

    /// <inheritdoc/>
    public override void add_param_group(ParamGroup param_group) => Inner.add_param_group(param_group);

    /// <inheritdoc/>
    public void Save(Stream stream) => OptimizerState.Save(Inner, stream);

    /// <inheritdoc/>
    public void Restore(Stream stream) => OptimizerState.Restore(Inner, stream);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
