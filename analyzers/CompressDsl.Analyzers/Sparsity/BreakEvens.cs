using CompressDsl.Models;

namespace CompressDsl.Analyzers;

/// <summary>
/// From which sparsity on the product with a kernel's storage takes less time than libtorch's dense one: one token, float32, a layer that does not fit the
/// cache. The one table of them in the compiler: the benchmark <c>kernels</c> measures them, and the page of CDSL2004 shows them.
/// </summary>
internal static class BreakEvens
{
    private const double Bitmask = 0.1;
    private const double Csr = 0.75;

    /// <summary>The fraction removed at which a kernel draws level with dense; 0 where it is faster with whatever it can hold.</summary>
    public static double Of(string kernel) => kernel switch
    {
        "Bitmask" => Bitmask,
        "Csr" => Csr,
        _ => 0,
    };

    /// <summary>The fraction that a rule removes, of blocks as of single weights.</summary>
    public static double SparsityOf(RuleModel rule)
        => rule.Pattern == PatternKind.SemiStructured ? (double)(rule.M - rule.N) / rule.M : rule.Sparsity;
}
