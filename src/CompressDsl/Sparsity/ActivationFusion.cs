using System.ComponentModel;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What generated code puts in place of the two calls in <c>silu(layer.call(x))</c>: the inner one may apply the activation already, the outer one asks
/// whether it did.
/// </summary>
/// <remarks>
/// The answer belongs to the tensor object and to nothing else. Nobody but the outer call ever gets that object, so what other threads, hooks or arguments do
/// in between does not matter; where an exception keeps the outer call from coming, it goes away with the tensor.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ActivationFusion
{
    private static readonly ConditionalWeakTable<Tensor, object> activated = [];

    private static readonly object mark = new();

    /// <summary>The inner call: <c>layer.call(input)</c>, with its hooks.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">[*, in].</param>
    /// <param name="activation">What the outer call applies.</param>
    /// <returns>[*, out], with or without the activation; it must go to <see cref="IsActivated"/> before anybody else sees it.</returns>
    public static Tensor Call(SparseLinear layer, Tensor input, FusedActivation activation)
    {
        var result = layer.Call(input, activation, out var isActivated);
        if (isActivated)
        {
            activated.Add(result, mark);
        }

        return result;
    }

    /// <summary>The question of the outer call: whether <see cref="Call"/> has applied the activation to its argument. The answer is given once.</summary>
    /// <param name="argument">What the inner call returned; null, or a tensor from anywhere else, is not activated.</param>
    public static bool IsActivated(Tensor? argument) => argument is not null && activated.Remove(argument);
}
