using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// Keeps the attention map that is made inside of a module in one call, with its graph. The maps come from <see cref="ObservedAttention"/>, which generated code
/// puts around the calls that make them.
/// </summary>
/// <remarks>What was kept belongs to this object and goes with it; so do the hooks.</remarks>
public sealed class AttentionCapture : IMatchCapture
{
    private readonly string _module;
    private Action _remove = static () => { };
    private Tensor? _map;
    private int _maps;

    private AttentionCapture(Module module) => _module = module.GetName();

    /// <summary>The attention map [batch, heads, queries, keys]; its rows sum to 1.</summary>
    /// <exception cref="InvalidOperationException">No map was seen, more than one, or one of another shape.</exception>
    public Tensor Map => _maps == 1 && _map!.dim() == 4
        ? _map
        : throw new InvalidOperationException(
            (_maps == 1 ? $"The attention map of {_module} is [{string.Join(", ", _map!.shape)}]" : $"{_maps} attention maps were seen in one call of {_module}") +
            "; there must be one, [batch, heads, queries, keys]. Maps are seen where the source calls softmax or scaled_dot_product_attention, in a project " +
            "whose InterceptorsNamespaces has CompressDsl.Interceptors, and where the module is entered through call (CDSL4001).");

    /// <inheritdoc/>
    public long[] Places => [Map.shape[0], Map.shape[2]];

    /// <summary>Hooks a module of one input.</summary>
    /// <param name="module">The attention, or a module with one attention in it; it is not owned.</param>
    public static AttentionCapture Of<T, TResult>(Module<T, TResult> module)
    {
        var capture = Begin(module);
        var (enter, leave) = (
            module.register_forward_pre_hook((_, input) => capture.Enter(input)),
            module.register_forward_hook((_, _, output) => capture.Leave(output)));
        return capture.Removing(enter.remove, leave.remove);
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult})"/>
    public static AttentionCapture Of<T1, T2, TResult>(Module<T1, T2, TResult> module)
    {
        var capture = Begin(module);
        var (enter, leave) = (
            module.register_forward_pre_hook((_, x1, x2) => capture.Enter((x1, x2))),
            module.register_forward_hook((_, _, _, output) => capture.Leave(output)));
        return capture.Removing(enter.remove, leave.remove);
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult})"/>
    public static AttentionCapture Of<T1, T2, T3, TResult>(Module<T1, T2, T3, TResult> module)
    {
        var capture = Begin(module);
        var (enter, leave) = (
            module.register_forward_pre_hook((_, x1, x2, x3) => capture.Enter((x1, x2, x3))),
            module.register_forward_hook((_, _, _, _, output) => capture.Leave(output)));
        return capture.Removing(enter.remove, leave.remove);
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult})"/>
    public static AttentionCapture Of<T1, T2, T3, T4, TResult>(Module<T1, T2, T3, T4, TResult> module)
    {
        var capture = Begin(module);
        var (enter, leave) = (
            module.register_forward_pre_hook((_, x1, x2, x3, x4) => capture.Enter((x1, x2, x3, x4))),
            module.register_forward_hook((_, _, _, _, _, output) => capture.Leave(output)));
        return capture.Removing(enter.remove, leave.remove);
    }

    /// <summary>Takes the hooks off the module and releases what was kept.</summary>
    public void Dispose()
    {
        _remove();
        ObservedAttention.Leave(this);
        _map?.Dispose();
        _map = null;
    }

    internal void Keep(Tensor map)
    {
        // An alias, for the map belongs to the scopes of the module, and may be gone before the loss is made.
        _map?.Dispose();
        _map = map.alias().DetachFromDisposeScope();
        _maps++;
    }

    private static AttentionCapture Begin(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new AttentionCapture(module);
    }

    private AttentionCapture Removing(Action enter, Action leave)
    {
        _remove = () =>
        {
            enter();
            leave();
        };
        return this;
    }

    private T Enter<T>(T input)
    {
        ObservedAttention.Enter(this);
        return input;
    }

    private T Leave<T>(T output)
    {
        ObservedAttention.Leave(this);
        return output;
    }
}
