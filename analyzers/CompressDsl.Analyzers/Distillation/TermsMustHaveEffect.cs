using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5004: what the teacher is asked for weighs something.</summary>
/// <remarks>
/// Alpha = 0 is no mistake where the teacher teaches otherwise: by what is matched, or by the text that it writes (<c>SequenceLevel</c>). Alpha = 1 leaves
/// the labels out, which many recipes do.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TermsMustHaveEffect() : StudentAnalyzer(Descriptors.CDSL5004)
{
    private protected override IEnumerable<Diagnostic> Judge(StudentSite site)
    {
        if (site.Options is { Alpha: 0, Mode: not "SequenceLevel" } && !site.Matches.Any())
        {
            yield return Diagnostic.Create(
                Descriptors.CDSL5004, site.Location, "Alpha = 0", "the soft term", $"'{site.Type.Name}' learns from the labels alone");
        }

        foreach (var (member, attribute) in site.Matches.Where(static match => IsZero(match.Attribute)))
        {
            yield return Diagnostic.Create(
                Descriptors.CDSL5004,
                attribute.LocateNamed("Weight", site.Token),
                "Weight = 0",
                $"the term of '{member.Name}'",
                "it is computed at every step, and counts for nothing");
        }
    }

    private static bool IsZero(AttributeData attribute) => attribute.Named("Weight", 1.0) is 0;
}
