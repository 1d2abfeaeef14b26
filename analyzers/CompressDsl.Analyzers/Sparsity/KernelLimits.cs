using CompressDsl.Models;

namespace CompressDsl.Analyzers;

/// <summary>What the storage of a kernel can hold, as the runtime has it: with anything else <c>Compact</c> throws.</summary>
internal static class KernelLimits
{
    /// <summary>Whether a name is that of a kernel with a storage of its own; Unspecified and None leave a weight dense.</summary>
    public static bool IsSparse(string kernel) => kernel is "Bitmask" or "Csr" or "SemiStructured";

    /// <summary>Whether a kernel can hold whatever a rule leaves of a weight.</summary>
    public static bool CanHold(string kernel, RuleModel rule) => kernel != "SemiStructured" || IsTwoOfFour(rule);

    /// <summary>Whether a kernel multiplies in a type.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="type">The name of a scalar type.</param>
    public static bool CanMultiply(string kernel, string type) => !IsSparse(kernel) || type is "Float32" or "BFloat16" || (kernel == "Csr" && type == "Float64");

    /// <summary>The types that a kernel multiplies in, in words.</summary>
    public static string DescribeTypes(string kernel) => kernel == "Csr" ? "Float32, Float64 and BFloat16" : "Float32 and BFloat16";

    /// <summary>Whether a pattern leaves at most two of every four neighbours, wherever the four begin at a multiple of four.</summary>
    /// <remarks>
    /// Four neighbours reach into two groups of M at most, so that one of each fits. Two of each fit where all four are always of one group. Three do not fit.
    /// </remarks>
    public static bool IsTwoOfFour(RuleModel rule)
        => rule.Pattern == PatternKind.SemiStructured && (rule.N == 1 || (rule.N == 2 && rule.M % 4 == 0));
}
