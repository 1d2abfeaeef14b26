using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2007: an embedding, a head that shares its weight, and a normalisation stay dense.</summary>
/// <remarks>An attribute on a class is judged by the heads among its own members; what a container holds is not looked into.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SensitiveWeightShouldStayDense() : KernelAnalyzer(Descriptors.CDSL2007)
{
    private protected override Diagnostic? Judge(SparseSite site)
    {
        if (site.Symbol is not INamedTypeSymbol type)
        {
            return SensitiveWeights.Describe(site.Symbol, site.Compilation, site.Token) is { } what ? Create(site, site.Symbol, what) : null;
        }

        var reached = Annotations.Members(type).Where(static member => Annotations.Sparsity(member).IsEmpty && MemberReader.FindObstacle(member) is null);

        return reached.Where(static member => MemberTypes.IsMatrixLayer(MemberReader.TypeOf(member)))
            .Select(member => SensitiveWeights.Describe(member, site.Compilation, site.Token) is { } what ? Create(site, member, what) : null)
            .FirstOrDefault(static found => found is not null);
    }

    // The member is the second place: the fix puts [KeepDense] there.
    private static Diagnostic Create(SparseSite site, ISymbol member, string what)
        => Diagnostic.Create(Descriptors.CDSL2007, site.Location, member.Locations.Where(static location => location.IsInSource), site.Name, member.Name, what);
}
