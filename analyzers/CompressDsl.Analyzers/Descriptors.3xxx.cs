using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>3xxx: structure.</summary>
internal static partial class Descriptors
{
    private const string Structure = "CompressDsl.Structure";

    public static readonly DiagnosticDescriptor CDSL3001 = new(
        "CDSL3001",
        "Head count does not fit",
        "{0}",
        Structure,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Heads are equal parts of the width of a projection; none can be kept that is not there.",
        Pages + "CDSL3001.md");

    public static readonly DiagnosticDescriptor CDSL3002 = new(
        "CDSL3002",
        "Pruned query heads must stay a multiple of the key/value heads",
        "{0} of {2} query heads are to be kept, which is no multiple of the {1} key/value heads that they share; "
            + "every group of query heads must keep as many as the others",
        Structure,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Every key/value head is shared by the same number of query heads, and stays; so as many query heads must be left for each of them.",
        Pages + "CDSL3002.md");

    public static readonly DiagnosticDescriptor CDSL3003 = new(
        "CDSL3003",
        "Coupling cannot be derived: this operation hides the channels",
        "'{0}' cannot lose channels: what it puts out {1}",
        Structure,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Which layers share channels is read from forward. Channels that meet an operation through which they cannot be followed stay as they are: correct, and less pruned.",
        Pages + "CDSL3003.md");

    public static readonly DiagnosticDescriptor CDSL3004 = new(
        "CDSL3004",
        "Coupled layers disagree in size",
        "{0}, so nothing can be taken from both",
        Structure,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A layer takes as many channels as the one before it gives.",
        Pages + "CDSL3004.md");

    public static readonly DiagnosticDescriptor CDSL3005 = new(
        "CDSL3005",
        "Head count or width is a literal in forward and will be wrong after the shrink",
        "{0}, and [{1}] takes some away: read the number from a field of the class, or write -1",
        Structure,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A shrink sets the fields and properties of the class that count heads or channels. A number in the code, or in a configuration that others share, stays as it was.",
        Pages + "CDSL3005.md");

    public static readonly DiagnosticDescriptor CDSL3006 = new(
        "CDSL3006",
        "torch.nn.MultiheadAttention can be masked but not shrunk",
        "'{0}' is a MultiheadAttention, one native block: its heads can be masked, and no shrink makes them fewer; write the attention out with Linear layers",
        Structure,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "The sizes of the native attention block are fixed when it is made. Masked heads cost as much time as others.",
        Pages + "CDSL3006.md");

    public static readonly DiagnosticDescriptor CDSL3007 = new(
        "CDSL3007",
        "These channels are part of the residual stream: use [PruneHidden] on the model",
        "What '{0}' puts out is part of what forward {1}, which others read too: these channels stay; use [PruneHidden] on the model to narrow the stream everywhere",
        Structure,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Channels that leave the class or enter it are those of the whole model: of every block, the norms, the embeddings and the head.",
        Pages + "CDSL3007.md");
}
