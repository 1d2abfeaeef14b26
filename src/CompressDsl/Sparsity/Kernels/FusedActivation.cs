using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A function that a kernel applies to its sums before it writes them.</summary>
public enum FusedActivation
{
    /// <summary>None: y.</summary>
    None,

    /// <summary>max(0, y); NaN stays NaN. As <c>torch.nn.functional.relu</c>.</summary>
    Relu,

    /// <summary>y / (1 + exp(-y)). As <c>torch.nn.functional.silu</c>.</summary>
    Silu,

    /// <summary>y * Phi(y), Phi being the normal distribution. As <c>torch.nn.functional.gelu</c>.</summary>
    Gelu,
}

/// <summary>The same, by libtorch.</summary>
internal static class FusedActivationExtensions
{
    /// <summary>f(input); the input itself where there is no f.</summary>
    public static Tensor Of(this FusedActivation activation, Tensor input) => activation switch
    {
        FusedActivation.None => input,
        FusedActivation.Relu => nn.functional.relu(input),
        FusedActivation.Silu => nn.functional.silu(input),
        FusedActivation.Gelu => nn.functional.gelu(input),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "It must be one of the named values."),
    };
}
