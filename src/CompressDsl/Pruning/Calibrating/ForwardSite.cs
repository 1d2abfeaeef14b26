using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The forward of one module with all its arguments, typed: what it is called with can be watched, and it can be called again. Neither keeps nor
/// disposes a tensor.
/// </summary>
/// <remarks>
/// The generated <see cref="Compression"/> of a class names its forward, so that nothing is looked up by reflection. Hooks run in <c>call</c>: a module
/// that is entered through <c>forward</c> is not seen (CDSL4001).
/// </remarks>
public abstract class ForwardSite
{
    private protected ForwardSite(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        Module = module;
    }

    /// <summary>The module.</summary>
    internal nn.Module Module { get; }

    /// <summary>For generated code: a forward with one argument.</summary>
    public static ForwardSite Of<T, TResult>(nn.Module<T, TResult> module) => new Site<T, TResult>(
        module,
        [Is<T>],
        before => module.register_forward_pre_hook((_, input) =>
        {
            before([input]);
            return input;
        }).remove,
        replace => module.register_forward_hook((_, first, result) => replace(first, result)).remove,
        values => module.call((T)values[0]!));

    /// <summary>For generated code: a forward with two arguments.</summary>
    public static ForwardSite Of<T1, T2, TResult>(nn.Module<T1, T2, TResult> module) => new Site<T1, TResult>(
        module,
        [Is<T1>, Is<T2>],
        before => module.register_forward_pre_hook((_, input1, input2) =>
        {
            before([input1, input2]);
            return null;
        }).remove,
        replace => module.register_forward_hook((_, first, _, result) => replace(first, result)).remove,
        values => module.call((T1)values[0]!, (T2)values[1]!));

    /// <summary>For generated code: a forward with three arguments.</summary>
    public static ForwardSite Of<T1, T2, T3, TResult>(nn.Module<T1, T2, T3, TResult> module) => new Site<T1, TResult>(
        module,
        [Is<T1>, Is<T2>, Is<T3>],
        before => module.register_forward_pre_hook((_, input1, input2, input3) =>
        {
            before([input1, input2, input3]);
            return null;
        }).remove,
        replace => module.register_forward_hook((_, first, _, _, result) => replace(first, result)).remove,
        values => module.call((T1)values[0]!, (T2)values[1]!, (T3)values[2]!));

    /// <summary>For generated code: a forward with four arguments.</summary>
    public static ForwardSite Of<T1, T2, T3, T4, TResult>(nn.Module<T1, T2, T3, T4, TResult> module) => new Site<T1, TResult>(
        module,
        [Is<T1>, Is<T2>, Is<T3>, Is<T4>],
        before => module.register_forward_pre_hook((_, input1, input2, input3, input4) =>
        {
            before([input1, input2, input3, input4]);
            return null;
        }).remove,
        replace => module.register_forward_hook((_, first, _, _, _, result) => replace(first, result)).remove,
        values => module.call((T1)values[0]!, (T2)values[1]!, (T3)values[2]!, (T4)values[3]!));

    /// <summary>For generated code: a forward with five arguments.</summary>
    public static ForwardSite Of<T1, T2, T3, T4, T5, TResult>(nn.Module<T1, T2, T3, T4, T5, TResult> module) => new Site<T1, TResult>(
        module,
        [Is<T1>, Is<T2>, Is<T3>, Is<T4>, Is<T5>],
        before => module.register_forward_pre_hook((_, input1, input2, input3, input4, input5) =>
        {
            before([input1, input2, input3, input4, input5]);
            return null;
        }).remove,
        replace => module.register_forward_hook((_, first, _, _, _, _, result) => replace(first, result)).remove,
        values => module.call((T1)values[0]!, (T2)values[1]!, (T3)values[2]!, (T4)values[3]!, (T5)values[4]!));

    /// <summary>For generated code: a forward with six arguments.</summary>
    public static ForwardSite Of<T1, T2, T3, T4, T5, T6, TResult>(nn.Module<T1, T2, T3, T4, T5, T6, TResult> module) => new Site<T1, TResult>(
        module,
        [Is<T1>, Is<T2>, Is<T3>, Is<T4>, Is<T5>, Is<T6>],
        before => module.register_forward_pre_hook((_, input1, input2, input3, input4, input5, input6) =>
        {
            before([input1, input2, input3, input4, input5, input6]);
            return null;
        }).remove,
        replace => module.register_forward_hook((_, first, _, _, _, _, _, result) => replace(first, result)).remove,
        values => module.call((T1)values[0]!, (T2)values[1]!, (T3)values[2]!, (T4)values[3]!, (T5)values[4]!, (T6)values[5]!));

    /// <summary>
    /// The forward of any module whose signature is known: an annotated class has it in its generated code; others may take tensors alone and give one or
    /// two. Null for the rest.
    /// </summary>
    internal static ForwardSite? TryOf(nn.Module module) => (module as ICompressible)?.Compression.Forward ?? module switch
    {
        nn.Module<Tensor, Tensor> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, Tensor> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> known => Of(known),
        nn.Module<Tensor, (Tensor, Tensor)> known => Of(known),
        nn.Module<Tensor, Tensor, (Tensor, Tensor)> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, (Tensor, Tensor)> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, Tensor, (Tensor, Tensor)> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor, (Tensor, Tensor)> known => Of(known),
        nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, (Tensor, Tensor)> known => Of(known),
        _ => null,
    };

    /// <summary>The tensor that a module gives: its result itself, or the first item of a tuple; null where that is none.</summary>
    internal static Tensor? FirstTensor(object? result) => result switch
    {
        Tensor tensor => tensor,
        ITuple { Length: > 0 } tuple => tuple[0] as Tensor,
        _ => null,
    };

    /// <summary>Tells the arguments of every call, before it, until the result is disposed. What the listener throws comes out of the call.</summary>
    internal abstract IDisposable OnCall(Action<ForwardArguments> before);

    /// <summary>Tells what every call gives, until the result is disposed.</summary>
    internal abstract IDisposable OnReturn(Action<object?> after);

    /// <summary>Makes every call give its first argument, whatever the module computes, until the result is disposed.</summary>
    /// <exception cref="ArgumentException">The forward does not take a tensor first and give one tensor.</exception>
    internal abstract IDisposable Bypass();

    /// <summary>Calls the module, with its hooks.</summary>
    /// <param name="arguments">Arguments that <see cref="OnCall"/> told, or a changed copy of them.</param>
    internal abstract object? Call(ForwardArguments arguments);

    private static string? Is<T>(object? value) => value is T || (value is null && default(T) is null) ? null : typeof(T).ToString();

    private sealed class Site<TFirst, TResult>(
        nn.Module module,
        Func<object?, string?>[] parameters,
        Func<Action<object?[]>, Action> onCall,
        Func<Func<TFirst, TResult, TResult>, Action> onReturn,
        Func<IReadOnlyList<object?>, TResult> call) : ForwardSite(module)
    {
        internal override IDisposable OnCall(Action<ForwardArguments> before) => new Hook(onCall(values => before(new(values, parameters))));

        internal override IDisposable OnReturn(Action<object?> after) => new Hook(onReturn((_, result) =>
        {
            after(result);
            return result;
        }));

        internal override IDisposable Bypass()
        {
            if (typeof(TFirst) != typeof(Tensor) || typeof(TResult) != typeof(Tensor))
            {
                throw new ArgumentException($"{Module.GetType().Name} cannot be bypassed: its forward takes first a {typeof(TFirst)} and gives a "
                    + $"{typeof(TResult)}; only a tensor can stand for a tensor.");
            }

            // A handle of its own: a container that disposes what it passes on would dispose the argument too early.
            return new Hook(onReturn(static (first, _) => (TResult)(object)((Tensor)(object)first!).alias()));
        }

        internal override object? Call(ForwardArguments arguments) => call(arguments.Values);
    }

    private sealed class Hook(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
