using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5003: a temperature above 1 shows what the teacher finds likely beside its first choice.</summary>
/// <remarks>Not judged: mean squared logits, from which T falls out, and a soft term that weighs nothing.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TemperatureMustSoften() : StudentAnalyzer(Descriptors.CDSL5003)
{
    private protected override IEnumerable<Diagnostic> Judge(StudentSite site)
        => site.Options is { T: 1, Alpha: > 0, Divergence: not "MeanSquaredLogits" } ? [Diagnostic.Create(Descriptors.CDSL5003, site.Location)] : [];
}
