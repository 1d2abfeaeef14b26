using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5007: where hidden states are matched across widths, the attribute says that a projection is learned.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ProjectionIsSaid() : StudentAnalyzer(Descriptors.CDSL5007)
{
    private protected override IEnumerable<Diagnostic> Judge(StudentSite site)
    {
        foreach (var (member, attribute) in site.Matches)
        {
            if (!attribute.Named("Projection", false) && ProjectedWidths.Find(site, member, attribute) is var (student, teacher))
            {
                yield return Diagnostic.Create(Descriptors.CDSL5007, attribute.GetLocation(site.Token), member.Name, student, teacher);
            }
        }
    }
}
