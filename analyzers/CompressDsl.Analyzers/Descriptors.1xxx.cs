using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>1xxx: the declaration.</summary>
internal static partial class Descriptors
{
    private const string Declaration = "CompressDsl.Declaration";

    public static readonly DiagnosticDescriptor CDSL1001 = new(
        "CDSL1001",
        "Annotated class and its containing types must be partial",
        "'{0}' is {1}, so nothing can be generated for the annotated class '{2}'; {3}",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The generator adds members to the annotated class, in a file of its own. That takes 'partial' on the class and on every type around it.",
        Pages + "CDSL1001.md");

    public static readonly DiagnosticDescriptor CDSL1002 = new(
        "CDSL1002",
        "Annotated class must derive from torch.nn.Module",
        "[{0}] does not fit '{1}': {2}",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Weights are found, channels followed, and logits computed, through torch.nn.Module and its forward.",
        Pages + "CDSL1002.md");

    public static readonly DiagnosticDescriptor CDSL1003 = new(
        "CDSL1003",
        "The attribute does not apply to this member's type",
        "[{0}] does not apply to {1}; it stands on {2}",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "An attribute on a member that holds nothing it could speak of would do nothing.",
        Pages + "CDSL1003.md");

    public static readonly DiagnosticDescriptor CDSL1004 = new(
        "CDSL1004",
        "Ratio or count outside its range",
        "{0} is {1}; it must be {2}",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A sparsity or ratio is the fraction that is removed: 0 removes nothing, and 1 removes the layer. Counts are of what stays, of steps, or of rows.",
        Pages + "CDSL1004.md");

    public static readonly DiagnosticDescriptor CDSL1005 = new(
        "CDSL1005",
        "Invalid N:M pattern",
        "{0}:{1} is not a pattern: of every M neighbours N are kept, with M at least 2 and N in [1, M), as in [SemiStructured(2, 4)]",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "N counts the weights that are kept of every M neighbours along the input dimension.",
        Pages + "CDSL1005.md");

    public static readonly DiagnosticDescriptor CDSL1006 = new(
        "CDSL1006",
        "Conflicting attributes on one member",
        "'{0}' carries both [{1}] and [{2}]; keep one",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "One weight follows one rule, and what is kept dense is not made smaller. "
            + "A class-level attribute and one on a member are no conflict: the nearest wins.",
        Pages + "CDSL1006.md");

    public static readonly DiagnosticDescriptor CDSL1007 = new(
        "CDSL1007",
        "Named member does not exist or has the wrong type",
        "{0} names {1}; it must name {2}",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A role of an attention is named by a member of its class or of a class it derives from: best with nameof, which a renaming follows.",
        Pages + "CDSL1007.md");

    public static readonly DiagnosticDescriptor CDSL1008 = new(
        "CDSL1008",
        "Annotated member must be an instance field or a get-only auto-property of a module",
        "'{0}' {1}; the attribute stands on an instance field or a get-only auto-property of a class that derives from torch.nn.Module",
        Declaration,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Only such a member is registered by TorchSharp, belongs to one model, and holds the same layer for as long as the model lives.",
        Pages + "CDSL1008.md");

    public static readonly DiagnosticDescriptor CDSL1009 = new(
        "CDSL1009",
        "Module held where TorchSharp cannot register it",
        "'{0}' {1}",
        Declaration,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "TorchSharp registers what the fields of a module hold: parameters that it does not find are not trained, moved to a device or saved.",
        Pages + "CDSL1009.md");
}
