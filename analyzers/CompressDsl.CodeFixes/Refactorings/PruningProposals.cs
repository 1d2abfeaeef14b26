using CompressDsl.Flow;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>What could be pruned of a class without attributes, as far as its forward and its members show.</summary>
internal static class PruningProposals
{
    private const string Ratio = "0.25";

    /// <summary>The proposals, those that make tensors smaller first. Of several with one key the first that is right is meant.</summary>
    public static IEnumerable<Proposal> Find(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
        => FindStructure(type, compilation, token).Concat(FindWeights(type));

    private static IEnumerable<Proposal> FindStructure(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        if (FlowReader.Read(type, heads: null, compilation, token) is not { IsBroken: false } flow || FlowRun.Run(flow, token) is not { } solver)
        {
            yield break;
        }

        var axes = solver.Finish();
        Annotation[] heads = UnitSearch.Heads(axes).Any(candidate => candidate.PinFor(isNarrowed: true) is null && FindWriter(candidate, type) is not null) ? [new("PruneHeads", Ratio)] : [];
        var channels = FindChannels(type, axes, token);

        if (heads.Length > 0 && channels.Length > 0)
        {
            yield return new Proposal("Heads and channels: smaller tensors", "HeadsAndChannels", [.. heads, .. channels]);
        }

        if (heads.Length > 0)
        {
            yield return new Proposal("Heads: smaller tensors", "HeadsAndChannels", heads);
        }

        if (channels.Length > 0)
        {
            yield return new Proposal("Channels: smaller tensors", "HeadsAndChannels", channels);
        }

        if (FindBlocks(type) is { } blocks)
        {
            yield return new Proposal($"Blocks of '{blocks.Name}': fewer layers", "Layers", new Annotation("PruneLayers", Ratio, blocks));

            // The stream of a model begins and ends in it.
            if (UnitSearch.Hidden(axes).Any(static candidate => candidate.Coupled is { Pin: null, Axis: { IsReturned: false, IsOutside: false } }))
            {
                yield return new Proposal("The residual stream: narrower everywhere", "Hidden", new Annotation("PruneHidden", Ratio));
            }
        }
    }

    private static IEnumerable<Proposal> FindWeights(INamedTypeSymbol type)
    {
        if (Held(type).Any(static held => MemberTypes.IsMatrixLayer(held) || (held.IsModule() && MemberTypes.CanHoldChannels(held))))
        {
            yield return new Proposal("Weights, two of every four: a pattern with kernels of its own", "SemiStructured", new Annotation("SemiStructured", "2, 4"));
            yield return new Proposal("Weights, half of them: a smaller file", "Size", new Annotation("Sparsity", "0.5") { Purpose = "Size" });
        }
    }

    // On the layers that write them; where one of those shares its declaration with others, on the class.
    private static Annotation[] FindChannels(INamedTypeSymbol type, IReadOnlyList<CoupledAxis> axes, CancellationToken token)
    {
        var writers = UnitSearch.OfClass(axes)
            .Where(static candidate => candidate.PinFor(isNarrowed: false) is null)
            .Select(candidate => FindWriter(candidate, type))
            .OfType<ISymbol>()
            .ToArray();

        return writers.Length > 0 && !writers.All(writer => IsAlone(writer, token))
            ? [new("PruneChannels", Ratio)]
            : [.. writers.Select(static writer => new Annotation("PruneChannels", Ratio, writer))];
    }

    // The member of the class that writes them: what its children write is annotated there.
    private static ISymbol? FindWriter(UnitCandidate candidate, INamedTypeSymbol type)
        => Annotations.Members(type).FirstOrDefault(member => candidate.Writer.Owner.Equals(member.Name) && MemberReader.FindObstacle(member) is null);

    private static bool IsAlone(ISymbol member, CancellationToken token)
        => member.DeclaringSyntaxReferences[0].GetSyntax(token).FirstAncestorOrSelf<MemberDeclarationSyntax>() is not FieldDeclarationSyntax { Declaration.Variables.Count: > 1 };

    // A list of modules that somebody wrote, of which one is like another.
    private static ISymbol? FindBlocks(INamedTypeSymbol type)
        => Annotations.Members(type).FirstOrDefault(static member => MemberReader.FindObstacle(member) is null
            && ChildReader.ElementOfModuleList(MemberReader.TypeOf(member)) is INamedTypeSymbol element
            && !MemberTypes.IsTorchSharpLayer(element)
            && !element.HasMetadataName(KnownNames.Module));

    private static IEnumerable<ITypeSymbol> Held(INamedTypeSymbol type)
        => Annotations.Members(type).Where(static member => MemberReader.FindObstacle(member) is null).Select(MemberReader.TypeOf);
}
