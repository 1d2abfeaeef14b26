using System.Collections.Immutable;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>A layer that an attribute speaks of.</summary>
/// <param name="Member">The member that holds it, or a list of such.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsOpaque">Whether it is no layer but a module, or the base class of one, that may hold any where nobody can see them.</param>
internal sealed record ReachedLayer(ISymbol Member, ITypeSymbol Type, bool IsOpaque = false)
{
    /// <summary>Whether it can change its storage.</summary>
    public bool IsSparseLinear => Type.HasMetadataName(KnownNames.SparseLinear);
}

/// <summary>Finds the layers that the attribute of a class or member speaks of: those without an attribute nearer to them.</summary>
/// <param name="token">Cancels the search.</param>
internal sealed class ReachedLayers(CancellationToken token)
{
    private readonly HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);

    /// <summary>Members that are left out of the search.</summary>
    public ImmutableHashSet<ISymbol> Except { get; init; } = [];

    /// <summary>The layers under a class or member, in the order of the source; none where the attribute may not stand.</summary>
    public ImmutableArray<ReachedLayer> Find(ISymbol annotated)
    {
        seen.Clear();
        return (annotated is INamedTypeSymbol type ? FindBelow(type) : FindAt(annotated)).ToImmutableArray();
    }

    private IEnumerable<ReachedLayer> FindAt(ISymbol member)
    {
        var type = MemberReader.TypeOf(member);

        return MemberReader.FindObstacle(member) is not null || type.IsUnresolved() ? []
            : MemberTypes.Classify(type, isAnnotated: true, isDense: false, hasClassRule: false) switch
            {
                null => [],
                MemberKind.Layer or MemberKind.Parameter => [new(member, type)],
                _ => FindIn(member, type),
            };
    }

    /// <summary>The layers of a class: of its own members and those it inherits.</summary>
    private IEnumerable<ReachedLayer> FindBelow(INamedTypeSymbol type)
    {
        foreach (var part in type.SelfAndBases())
        {
            if (part.DeclaringSyntaxReferences.IsEmpty)
            {
                // torch.nn.Module has no layers; who else is above, and without source, may.
                if (!part.ContainingType.HasMetadataName(KnownNames.LayerFactories))
                {
                    yield return new(part, part, IsOpaque: true);
                }

                yield break;
            }

            var speaksForItself = !ReferenceEquals(part, type) && !Annotations.Sparsity(part).IsEmpty;

            if (speaksForItself || !seen.Add(part.OriginalDefinition))
            {
                yield break;
            }

            foreach (var layer in Annotations.Members(part).Where(IsReached).SelectMany(member => FindIn(member, MemberReader.TypeOf(member))))
            {
                yield return layer;
            }
        }
    }

    private bool IsReached(ISymbol member)
        => !Except.Contains(member) && Annotations.Sparsity(member).IsEmpty && MemberReader.FindObstacle(member) is null;

    /// <summary>The layers of what a member holds: one, a list of something, or a class that does not speak for itself.</summary>
    private IEnumerable<ReachedLayer> FindIn(ISymbol member, ITypeSymbol type)
    {
        token.ThrowIfCancellationRequested();
        var held = ElementOf(type) ?? type;

        return MemberTypes.IsMatrixLayer(held) ? [new(member, held)]
            : !held.IsModule() || !Annotations.Sparsity(held).IsEmpty ? []
            : held is INamedTypeSymbol { DeclaringSyntaxReferences.IsEmpty: false } visible ? FindBelow(visible)
            : MemberTypes.CanHoldChannels(held) ? [new(member, held, IsOpaque: true)]
            : [];
    }

    private static ITypeSymbol? ElementOf(ITypeSymbol type)
        => ChildReader.ElementOfModuleList(type)
            ?? type.SelfAndBases()
                .FirstOrDefault(static candidate => candidate.OriginalDefinition.HasMetadataName(KnownNames.ModuleDict))
                ?.TypeArguments[0];
}
