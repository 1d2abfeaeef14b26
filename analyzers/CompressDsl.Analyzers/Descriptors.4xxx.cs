using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>4xxx: TorchSharp traps that break hooks and state.</summary>
internal static partial class Descriptors
{
    private const string Traps = "CompressDsl.Traps";

    public static readonly DiagnosticDescriptor CDSL4001 = new(
        "CDSL4001",
        "forward skips hooks: call the module with call",
        "'forward' skips the hooks of '{0}', so captures and calibration see nothing of it; write 'call'",
        Traps,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "TorchSharp runs hooks in 'call', which then calls 'forward'. What calls 'forward' itself goes past them.",
        Pages + "CDSL4001.md");

    public static readonly DiagnosticDescriptor CDSL4002 = new(
        "CDSL4002",
        "Annotated module is never used in forward",
        "'{0}' of '{1}' is never called: nothing flows through it, so it cannot be calibrated or matched, and what is pruned of it makes nothing smaller or faster",
        Traps,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A module that forward does not call has no inputs and no outputs.",
        Pages + "CDSL4002.md");

    public static readonly DiagnosticDescriptor CDSL4003 = new(
        "CDSL4003",
        "Annotated module is replaced after construction: masks and hooks stay with the old one",
        "'{0}' of '{1}' is replaced after its model was made: masks, hooks and the registered parameters stay with the old module",
        Traps,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "TorchSharp registers the module that is in a field when RegisterComponents runs. One that is put there later is called, and neither trained nor pruned.",
        Pages + "CDSL4003.md");

    public static readonly DiagnosticDescriptor CDSL4004 = new(
        "CDSL4004",
        "Optimizer holds parameters that Shrink or Compact replaces",
        "'{0}' of '{1}' replaces parameters that '{2}' holds, which is used afterwards; make the optimizer after it",
        Traps,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "An optimizer holds the parameters that it was made with. 'Shrink' and 'Compact' put smaller ones in their places and dispose the old ones.",
        Pages + "CDSL4004.md");
}
