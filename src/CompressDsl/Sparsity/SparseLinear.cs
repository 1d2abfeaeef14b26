using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// A linear layer y = x W^T + b that can change its storage: dense, as <c>torch.nn.Linear</c>, for training and pruning; compact, in the layout of a
/// sparse kernel, for inference.
/// </summary>
/// <remarks>
/// Parameters, their initial values and their names in the state dictionary (<c>weight</c>, <c>bias</c>) are those of <c>torch.nn.Linear</c>. They
/// stay so while the storage is compact: <c>state_dict</c> and TorchSharp's own <c>save</c> make a dense copy of the weight, and what is loaded into it
/// holds from the next use on. <c>Save</c> and <c>Load</c> of this library need no copy of all weights at once.
/// </remarks>
public sealed partial class SparseLinear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    private SparseStorage? storage;
    private StateDictionaryCopy? copy;
    private bool weightRequiresGrad = true;

    /// <summary>Creates a layer in dense storage, with the initial values that <c>torch.nn.Linear</c> would have.</summary>
    /// <param name="inputSize">The width of the input.</param>
    /// <param name="outputSize">The width of the output.</param>
    /// <param name="hasBias">Whether a learned bias is added.</param>
    /// <param name="kernel">What <see cref="Compact"/> changes to where nobody says more.</param>
    /// <param name="device">Where the parameters are.</param>
    /// <param name="dtype">The type of the parameters.</param>
    public SparseLinear(
        long inputSize,
        long outputSize,
        bool hasBias = true,
        SparseKernel kernel = SparseKernel.Unspecified,
        Device? device = null,
        ScalarType? dtype = null)
        : base(nameof(SparseLinear))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        (in_features, out_features, Kernel) = (inputSize, outputSize, kernel);
        weight = empty(outputSize, inputSize, device: device, dtype: dtype).AsParameter();
        nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        if (hasBias)
        {
            bias = empty(outputSize, device: device, dtype: dtype).AsParameter();
            var bound = 1 / Math.Sqrt(inputSize);
            nn.init.uniform_(bias, -bound, bound);
        }
    }

    /// <summary>The width of the input.</summary>
    public long in_features { get; internal set; }

    /// <summary>The width of the output.</summary>
    public long out_features { get; internal set; }

    /// <summary>The kernel this layer is meant for; see <see cref="Compact"/>.</summary>
    public SparseKernel Kernel { get; set; }

    /// <summary>The storage now: <see cref="SparseKernel.None"/> is dense.</summary>
    public SparseKernel Storage => storage?.Kernel ?? SparseKernel.None;

    /// <summary>The memory that the weight takes now, in bytes.</summary>
    public long WeightBytes => storage?.Bytes ?? weight.numel() * weight.element_size();

    /// <summary>How many numbers the compact storage holds; null in dense storage.</summary>
    public long? StoredCount => storage?.StoredCount;

    /// <summary>How fast the layer is in its compact storage, as it was measured; empty in dense storage, and after the storage was moved to another type.</summary>
    public IReadOnlyList<KernelTiming> Timings => storage?.Plan.Timings ?? [];

    /// <summary>The weight [out, in].</summary>
    /// <exception cref="InvalidOperationException">The storage is compact: there is no such parameter.</exception>
    public Parameter weight
    {
        get => _weight ?? throw new InvalidOperationException(
            $"The weight of this SparseLinear({in_features}, {out_features}) is in {Storage} storage, where it is no parameter; call Densify() first.");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!ReferenceEquals(value, _weight))
            {
                ReleaseCompact();
                _weight?.Dispose();
                _weight = (Parameter)value.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(weight), _weight);
            }
        }
    }

    /// <summary>The bias [out], or null.</summary>
    public Parameter? bias
    {
        get => _bias;
        set
        {
            if (!ReferenceEquals(value, _bias))
            {
                _bias?.Dispose();
                _bias = (Parameter?)value?.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(bias), _bias);
            }
        }
    }

    /// <summary>The compact storage, with what was loaded into it; null in dense storage.</summary>
    internal SparseStorage? CompactWeight
    {
        get
        {
            TakeOverLoaded();
            return storage;
        }
    }

    /// <summary>The parameter in dense storage, null in compact storage.</summary>
    internal Parameter? DenseWeight => _weight;

    /// <summary>y = x W^T + b.</summary>
    /// <param name="input">[*, in].</param>
    /// <returns>[*, out].</returns>
    /// <remarks>In compact storage gradients reach the input and the bias; there is no weight that could have one.</remarks>
    /// <exception cref="InvalidOperationException">The storage is compact, in training mode with gradients on.</exception>
    public override Tensor forward(Tensor input) => Compute(input, FusedActivation.None);

    /// <summary>
    /// As <c>call</c>, hook by hook, but where nobody can see the difference with the activation in it: in compact storage, unless hooks that run afterwards
    /// are to see what goes into the activation.
    /// </summary>
    /// <param name="input">[*, in].</param>
    /// <param name="activation">The activation.</param>
    /// <param name="isActivated">Whether it is in the result.</param>
    /// <returns>[*, out].</returns>
    internal Tensor Call(Tensor input, FusedActivation activation, out bool isActivated)
    {
        foreach (var hook in module_pre_hooks.Values)
        {
            hook(this);
        }

        foreach (var hook in pre_hooks.Values)
        {
            input = hook(this, input) ?? input;
        }

        // Asked only now: the hooks above may have changed it.
        isActivated = storage is not null && post_hooks.Count == 0 && module_post_hooks.Count == 0;
        var result = isActivated ? Compute(input, activation) : forward(input);

        foreach (var hook in post_hooks.Values)
        {
            result = hook(this, input, result) ?? result;
        }

        foreach (var hook in module_post_hooks.Values)
        {
            hook(this);
        }

        return result;
    }

    private Tensor Compute(Tensor input, FusedActivation activation)
    {
        if (storage is null)
        {
            return activation.Of(nn.functional.linear(input, weight, _bias));
        }

        if (training && is_grad_enabled())
        {
            throw new InvalidOperationException(
                $"This SparseLinear({in_features}, {out_features}) is in {Storage} storage, where the weight cannot be trained. "
                + "Call it in eval mode or under torch.no_grad(); to train, call Densify() first.");
        }

        TakeOverLoaded();
        using var scope = NewDisposeScope();
        var shape = input.shape;
        shape[^1] = out_features;
        return CompactLinear.Apply(storage, input.reshape(-1, in_features), _bias, activation).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        destination = base.state_dict(destination, prefix);
        if (storage is not null)
        {
            TakeOverLoaded();
            var name = string.IsNullOrEmpty(prefix) ? nameof(weight) : $"{prefix}.{nameof(weight)}";
            if (destination is CompactStateDictionary compact)
            {
                compact.Layers.Add(new(name, this));
                return destination;
            }

            copy = new(storage.ToDense().DetachFromDisposeScope());
            destination[name] = copy.Weight;
        }

        return destination;
    }

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        if (storage is not null)
        {
            TakeOverLoaded();
            using var scope = NewDisposeScope();
            var dense = storage.ToDense();
            var moved = SparseStorage.Compress(dense.to(dtype ?? dense.dtype, device ?? dense.device), storage.Kernel);
            storage.Dispose();
            storage = moved;
        }

        base._toEpilog(dtype, device, non_blocking);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ReleaseCompact();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// The dense copy that the last state dictionary was given. In an object of its own: TorchSharp registers every tensor in a field.
    /// </summary>
    private sealed record StateDictionaryCopy(Tensor Weight);
}
