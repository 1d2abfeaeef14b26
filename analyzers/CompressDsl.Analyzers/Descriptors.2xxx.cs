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

    public static readonly DiagnosticDescriptor CDSL2002 = new(
        "CDSL2002",
        "This N:M pattern has no kernel that runs faster than dense",
        "{1}:{2} on '{0}' can leave more than two of four neighbours, and SparseKernel.SemiStructured holds two; "
            + "use [SemiStructured(2, 4)], or a SparseLinear with SparseKernel.Bitmask, which holds any zeros",
        Sparsity,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "What a pattern costs in quality is paid back by a kernel made for it. There is one for two of every four neighbours; other patterns are zeros like any others.",
        Pages + "CDSL2002.md");

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

    public static readonly DiagnosticDescriptor CDSL2004 = new(
        "CDSL2004",
        "Sparsity below the chosen kernel's break-even",
        "[{0}] removes {1} of '{2}', and SparseKernel.{3} takes less time than the dense product from {4} on",
        Sparsity,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A sparse kernel reads, beside the numbers that are left, where they stand. Below its break-even that costs more than the zeros save.",
        Pages + "CDSL2004.md");

    public static readonly DiagnosticDescriptor CDSL2005 = new(
        "CDSL2005",
        "Remaining width is not a multiple the hardware likes",
        "Of the {1} channels of '{0}' {2} are left, which is no multiple of 8; say RoundTo",
        Sparsity,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        "Vector registers and matrix units work on 8 or 16 numbers at a time: a width between takes the time of the next multiple, or a slower kernel.",
        Pages + "CDSL2005.md");

    public static readonly DiagnosticDescriptor CDSL2006 = new(
        "CDSL2006",
        "Kernel does not support this layer type",
        "SparseKernel.{0} does not support '{1}': {2}",
        Sparsity,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A kernel multiplies with a storage of its own, to which only a SparseLinear changes, in the types that the kernel knows.",
        Pages + "CDSL2006.md");

    public static readonly DiagnosticDescriptor CDSL2007 = new(
        "CDSL2007",
        "Pruning an embedding, a tied head or a normalisation usually costs more than it saves",
        "[{0}] prunes '{1}', {2}; as a rule [KeepDense] is better",
        Sparsity,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        "These weights are read by every token, and are few, or are looked up instead of multiplied.",
        Pages + "CDSL2007.md");
}
