using System.Collections.Immutable;

namespace CompressDsl.Reading;

/// <summary>The operations on tensors that are known by name, by what they do to channels. The page docs/guides/channel-flow.md lists them.</summary>
internal sealed partial class MethodReader
{
    /// <summary>Give back the shape that they take, or that of the broadcast of what they take.</summary>
    private static readonly ImmutableHashSet<string> ElementWise = Words(
        """
        abs absolute add addcmul alias angle arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh
        bfloat16 bitwise_and bitwise_or bitwise_xor bool byte ceil celu char clone conj contiguous copy
        copysign cpu cuda deg2rad detach DetachFromDisposeScope DetatchFromDisposeScope double dropout dropout1d dropout2d dropout3d elu erf erfinv expm1
        fix float floor fmax fmin frac gcd gelu glorot half hardshrink hardswish hardtanh
        hypot int isinf isnan lcm ldexp leaky_relu lerp log1p logical_and logical_or logical_xor long maximum minimum mish mps MoveToOtherDisposeScope
        MoveToOuterDisposeScope mul multiply nan_to_num neg negative pin_memory positive rad2deg relu relu6 rename requires_grad rint round rrelu
        selu sgn short sign signbit silu sin sinh softshrink softsign square sub subtract tan tanh tanhshrink to trunc type type_as with_requires_grad zero zeros_like
        """);

    /// <summary>As those, but not zero where masked channels are.</summary>
    private static readonly ImmutableHashSet<string> Filling = Words(
        """
        acos alpha_dropout arccos bernoulli bitwise_not clamp clamp_max clamp_min clip cos cosh empty_like eq equal erfc exp exp2 feature_alpha_dropout fill full_like ge greater
        greater_equal gt hardsigmoid heaviside i0 isclose isfinite le less less_equal log_sigmoid logaddexp logical_not logsigmoid lt masked_fill ne not_equal
        ones_like rand_like randn_like rsub sigmoid sinc softplus threshold where xlogy
        """);

    /// <summary>Those of several tensors that are not zero where only one of them is.</summary>
    private static readonly ImmutableHashSet<string> Adding = Words("add addcmul fmax fmin hypot lerp logical_or logical_xor bitwise_or bitwise_xor maximum minimum sub subtract");

    /// <summary>As those, but where masked channels are zero they have no value, or no slope.</summary>
    private static readonly ImmutableHashSet<string> Singular = Words("acosh arccosh digamma float_power lgamma log log10 log2 logit reciprocal rsqrt sqrt");

    /// <summary>Quotients: what divides may not be zero.</summary>
    private static readonly ImmutableHashSet<string> Dividing = Words("div divide floor_divide fmod remainder true_divide");

    /// <summary>Make a tensor of constants or positions.</summary>
    private static readonly ImmutableHashSet<string> Creating = Words(
        """
        arange zeros ones empty full eye rand randn randint randperm tensor as_tensor linspace logspace from_array tril_indices triu_indices new_zeros new_ones new_full
        new_empty frombuffer scalar_tensor
        """);

    /// <summary>Keep the shape, but mix what lies along a dimension: channels there cannot go.</summary>
    private static readonly ImmutableHashSet<string> Mixing = Words("softmax log_softmax softmin cumsum cumprod logcumsumexp flip roll sort argsort msort renorm");

    /// <summary>Take a dimension away by adding, or by something that zeros do not leave alone.</summary>
    private static readonly ImmutableHashSet<string> Reducing = Words(
        "sum mean amax amin max min prod all any var std norm logsumexp argmax argmin median nansum nanmean count_nonzero var_mean std_mean");

    /// <summary>Change positions, and leave channels (dimension 1) alone.</summary>
    private static readonly ImmutableHashSet<string> Pooling = Words(
        """
        max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
        adaptive_max_pool2d adaptive_max_pool3d lp_pool1d lp_pool2d interpolate upsample upsample_nearest upsample_bilinear upsample_nearest1d upsample_nearest2d fractional_max_pool2d
        grid_sample
        """);

    private static bool IsLoss(string name) => name is "cross_entropy" or "kl_div" || name.EndsWith("_loss", StringComparison.Ordinal) || name.StartsWith("binary_cross_entropy", StringComparison.Ordinal);

    private static ImmutableHashSet<string> Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToImmutableHashSet();
}
