using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5011: attention maps, which are compared head by head, are matched where heads stay.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PrunedHeadsCannotBeMatched() : StudentAnalyzer(Descriptors.CDSL5011)
{
    // As deep as attention maps are looked for.
    private const int Deepest = 3;

    private protected override IEnumerable<Diagnostic> Judge(StudentSite site)
    {
        foreach (var (member, attribute) in site.Matches)
        {
            if (attribute.AttributeClass.HasMetadataName(KnownNames.MatchAttentionAttribute)
                && attribute.NamedEnum("Loss", "Kl") is not "Relation"
                && FindPruned(MemberReader.TypeOf(member), depth: 0) is { } pruned)
            {
                yield return Diagnostic.Create(Descriptors.CDSL5011, attribute.GetLocation(site.Token), member.Name, pruned.Name);
            }
        }
    }

    /// <summary>The class with <c>[PruneHeads]</c> among what a type holds; null where there is none.</summary>
    private static ITypeSymbol? FindPruned(ITypeSymbol type, int depth)
    {
        var held = ChildReader.ElementOfModuleList(type) ?? type;

        if (depth > Deepest || !held.IsModule() || MemberTypes.IsTorchSharpLayer(held))
        {
            return null;
        }

        return held.SelfAndBases().FirstOrDefault(PrunesHeads)
            ?? held.SelfAndBases().SelectMany(Annotations.Members).Where(static member => !member.IsStatic)
                .Select(member => FindPruned(MemberReader.TypeOf(member), depth + 1))
                .FirstOrDefault(static pruned => pruned is not null);
    }

    private static bool PrunesHeads(INamedTypeSymbol type)
        => Annotations.Structure(type).Any(static attribute => attribute.AttributeClass.HasMetadataName(KnownNames.PruneHeadsAttribute));
}
