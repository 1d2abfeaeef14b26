using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// Keeps what a module puts out in one call, with its graph. Hooks run in <c>call</c>; a module that is entered through <c>forward</c> is not seen
/// (CDSL4001).
/// </summary>
/// <remarks>What was kept belongs to this object and goes with it; so does the hook.</remarks>
public sealed class HiddenCapture : IMatchCapture
{
    private Action _remove = static () => { };
    private Tensor? _value;
    private int _calls;

    private HiddenCapture()
    {
    }

    /// <summary>What the module put out, in its own shape and type.</summary>
    /// <exception cref="InvalidOperationException">The module was not called, or more than once.</exception>
    public Tensor Value => _calls == 1
        ? _value!
        : throw new InvalidOperationException(
            $"A matched module was called {_calls} times in one forward, and must be called once: through call, not forward (CDSL4001).");

    /// <inheritdoc/>
    public long[] Places => Value.shape[..^1];

    /// <summary>Hooks a module of one input.</summary>
    /// <param name="module">The module; it is not owned.</param>
    public static HiddenCapture Of<T>(Module<T, Tensor> module) => Of(module, static output => output);

    /// <summary>Hooks a module of two inputs.</summary>
    /// <param name="module">The module; it is not owned.</param>
    public static HiddenCapture Of<T1, T2>(Module<T1, T2, Tensor> module) => Of(module, static output => output);

    /// <summary>Hooks a module of three inputs.</summary>
    /// <param name="module">The module; it is not owned.</param>
    public static HiddenCapture Of<T1, T2, T3>(Module<T1, T2, T3, Tensor> module) => Of(module, static output => output);

    /// <summary>Hooks a module of four inputs.</summary>
    /// <param name="module">The module; it is not owned.</param>
    public static HiddenCapture Of<T1, T2, T3, T4>(Module<T1, T2, T3, T4, Tensor> module) => Of(module, static output => output);

    /// <summary>Hooks a module of five inputs.</summary>
    /// <param name="module">The module; it is not owned.</param>
    public static HiddenCapture Of<T1, T2, T3, T4, T5>(Module<T1, T2, T3, T4, T5, Tensor> module) => Of(module, static output => output);

    /// <summary>Hooks a module of six inputs.</summary>
    /// <param name="module">The module; it is not owned.</param>
    public static HiddenCapture Of<T1, T2, T3, T4, T5, T6>(Module<T1, T2, T3, T4, T5, T6, Tensor> module) => Of(module, static output => output);

    /// <summary>Hooks a module of one input that puts out more than its hidden states.</summary>
    /// <param name="module">The module; it is not owned.</param>
    /// <param name="hidden">Takes the hidden states out of what it puts out.</param>
    public static HiddenCapture Of<T, TResult>(Module<T, TResult> module, Func<TResult, Tensor> hidden)
    {
        var capture = Begin(module, hidden);
        var hook = module.register_forward_hook((_, _, output) => capture.Keep(output, hidden));
        capture._remove = hook.remove;
        return capture;
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult}, Func{TResult, Tensor})"/>
    public static HiddenCapture Of<T1, T2, TResult>(Module<T1, T2, TResult> module, Func<TResult, Tensor> hidden)
    {
        var capture = Begin(module, hidden);
        var hook = module.register_forward_hook((_, _, _, output) => capture.Keep(output, hidden));
        capture._remove = hook.remove;
        return capture;
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult}, Func{TResult, Tensor})"/>
    public static HiddenCapture Of<T1, T2, T3, TResult>(Module<T1, T2, T3, TResult> module, Func<TResult, Tensor> hidden)
    {
        var capture = Begin(module, hidden);
        var hook = module.register_forward_hook((_, _, _, _, output) => capture.Keep(output, hidden));
        capture._remove = hook.remove;
        return capture;
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult}, Func{TResult, Tensor})"/>
    public static HiddenCapture Of<T1, T2, T3, T4, TResult>(Module<T1, T2, T3, T4, TResult> module, Func<TResult, Tensor> hidden)
    {
        var capture = Begin(module, hidden);
        var hook = module.register_forward_hook((_, _, _, _, _, output) => capture.Keep(output, hidden));
        capture._remove = hook.remove;
        return capture;
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult}, Func{TResult, Tensor})"/>
    public static HiddenCapture Of<T1, T2, T3, T4, T5, TResult>(Module<T1, T2, T3, T4, T5, TResult> module, Func<TResult, Tensor> hidden)
    {
        var capture = Begin(module, hidden);
        var hook = module.register_forward_hook((_, _, _, _, _, _, output) => capture.Keep(output, hidden));
        capture._remove = hook.remove;
        return capture;
    }

    /// <inheritdoc cref="Of{T, TResult}(Module{T, TResult}, Func{TResult, Tensor})"/>
    public static HiddenCapture Of<T1, T2, T3, T4, T5, T6, TResult>(Module<T1, T2, T3, T4, T5, T6, TResult> module, Func<TResult, Tensor> hidden)
    {
        var capture = Begin(module, hidden);
        var hook = module.register_forward_hook((_, _, _, _, _, _, _, output) => capture.Keep(output, hidden));
        capture._remove = hook.remove;
        return capture;
    }

    /// <summary>Takes the hook off the module and releases what was kept.</summary>
    public void Dispose()
    {
        _remove();
        _value?.Dispose();
        _value = null;
    }

    private static HiddenCapture Begin<TResult>(Module module, Func<TResult, Tensor> hidden)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(hidden);
        return new HiddenCapture();
    }

    private TResult Keep<TResult>(TResult output, Func<TResult, Tensor> hidden)
    {
        // An alias, for what the module gives belongs to the scopes of whoever called it, and may be gone before the loss is made.
        _value?.Dispose();
        _value = hidden(output).alias().DetachFromDisposeScope();
        _calls++;
        return output;
    }
}
