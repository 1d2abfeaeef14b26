using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>2xxx: sparsity that buys nothing.</summary>
internal static partial class Descriptors
{
    private const string Sparsity = "CompressDsl.Sparsity";

    public static readonly DiagnosticDescriptor CDSL2001 = new(
        "CDSL2001",
        "Unstructured sparsity without a sparse kernel path",
        "The zeros of [{2}] on '{0}' are stored and multiplied, so wall-clock time will not change: {1}; "
            + "use a SparseLinear with a kernel, use [SemiStructured(2, 4)], or declare Purpose = Purpose.Size",
        Sparsity,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Zeros in dense storage are multiplied like any other number. Less time takes storage that leaves them out and a kernel that reads it.",
        Pages + "CDSL2001.md");

    public static readonly DiagnosticDescriptor CDSL2003 = new(
        "CDSL2003",
        "Input dimension is not a multiple of M",
        "'{0}' has an {1} of {2}, which {3} does not divide into whole {4}; the next size that fits is {5}",
        Sparsity,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "N:M sparsity keeps N of every M neighbours along the input dimension, so that every row must consist of whole groups; "
            + "block sparsity removes whole blocks, so that both dimensions must consist of them.",
        Pages + "CDSL2003.md");
}
