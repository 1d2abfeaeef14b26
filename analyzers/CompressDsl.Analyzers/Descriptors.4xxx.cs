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
}
