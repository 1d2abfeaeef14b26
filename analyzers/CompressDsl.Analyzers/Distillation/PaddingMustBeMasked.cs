using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5018: a student whose batches are padded says where, so that what is matched leaves it out.</summary>
/// <remarks>
/// That batches are padded is seen where forward takes a mask, and where an embedding has a token for padding. Quiet where forward takes an
/// <c>attention_mask</c>, and where some call of <c>Compute</c> hands one over.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PaddingMustBeMasked() : StudentAnalyzer(Descriptors.CDSL5018)
{
    private protected override IEnumerable<Diagnostic> Judge(StudentSite site)
        => ForwardSignature.Read(site.Type) is { } forward
            && site.Matches.Any()
            && !PaddingSigns.TakesAttentionMask(forward)
            && PaddingSigns.Find(site, forward) is { } sign
            && !PaddingSigns.IsMaskHandedOver(site)
                ? site.Matches.Select(match => Diagnostic.Create(Descriptors.CDSL5018, match.Attribute.GetLocation(site.Token), match.Member.Name, sign))
                : [];
}
