using System.Collections.Immutable;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>
/// Looks for weights that a rule for single weights or blocks reaches and that stay in dense storage. A module whose members cannot be seen is no proof of
/// anything.
/// </summary>
/// <param name="compilation">The compilation whose source is read.</param>
/// <param name="token">Cancels the search.</param>
internal sealed class KernelPaths(Compilation compilation, CancellationToken token)
{
    private readonly HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);

    /// <summary>Members that are left out of the search.</summary>
    public ImmutableHashSet<ISymbol> Except { get; init; } = [];

    /// <summary>Why the first such weight under a class or member is dense, in words; null where there is none.</summary>
    public string? FindDense(ISymbol annotated, RuleModel rule)
    {
        seen.Clear();

        if (annotated is INamedTypeSymbol type)
        {
            return FindBelow(type, rule);
        }

        var memberType = MemberReader.TypeOf(annotated);

        return MemberReader.FindObstacle(annotated) is not null || memberType.IsUnresolved() ? null
            : MemberTypes.Classify(memberType, isAnnotated: true, isDense: false, hasClassRule: false) switch
            {
                null => null,
                MemberKind.Layer or MemberKind.Parameter => ExplainLayer(annotated, memberType, rule),
                MemberKind.Group => FindIn(annotated, memberType, rule) ?? ExplainHidden(annotated, memberType, rule),
                _ => FindIn(annotated, memberType, rule),
            };
    }

    /// <summary>The weights of a class: of its own members and those it inherits.</summary>
    private string? FindBelow(INamedTypeSymbol type, RuleModel rule)
        => type.SelfAndBases()
            .TakeWhile((candidate, depth) => !candidate.DeclaringSyntaxReferences.IsEmpty
                && (depth == 0 || Annotations.Sparsity(candidate).IsEmpty)
                && seen.Add(candidate.OriginalDefinition))
            .SelectMany(Annotations.Members)
            .Where(member => !Except.Contains(member) && Annotations.Sparsity(member).IsEmpty && MemberReader.FindObstacle(member) is null)
            .Select(member => FindIn(member, MemberReader.TypeOf(member), rule))
            .FirstOrDefault(static reason => reason is not null);

    /// <summary>The weights of what a member holds: a layer, a list of something, or a class that does not speak for itself.</summary>
    private string? FindIn(ISymbol member, ITypeSymbol type, RuleModel rule)
    {
        token.ThrowIfCancellationRequested();
        var held = ElementOf(type) ?? type;

        return MemberTypes.IsMatrixLayer(held) ? ExplainLayer(member, held, rule)
            : held is INamedTypeSymbol named && named.IsModule() && Annotations.Sparsity(named).IsEmpty ? FindBelow(named, rule)
            : null;
    }

    private string? ExplainLayer(ISymbol member, ITypeSymbol type, RuleModel rule)
    {
        if (!type.HasMetadataName(KnownNames.SparseLinear))
        {
            var kind = type.ToShortName().TrimEnd('?');
            return $"'{member.Name}' holds '{kind}', which cannot change its storage";
        }

        return rule.Kernel switch
        {
            "None" => $"Kernel = SparseKernel.None keeps '{member.Name}' in dense storage",
            "Unspecified" when !IsCreatedWithKernel(member) => $"no kernel is chosen for '{member.Name}'",
            _ => null,
        };
    }

    // What is in a Sequential, or in a class from elsewhere, cannot be seen; that no kernel is chosen for it can.
    private static string? ExplainHidden(ISymbol member, ITypeSymbol type, RuleModel rule)
    {
        var held = ElementOf(type) ?? type;
        var isHidden = held is ITypeParameterSymbol || held.DeclaringSyntaxReferences.IsEmpty;

        return isHidden && rule.Kernel is ("None" or "Unspecified") ? $"no kernel is chosen for what '{member.Name}' holds" : null;
    }

    private bool IsCreatedWithKernel(ISymbol member)
        => Creations.Find(member, compilation, token).Any(creation =>
            creation?.Argument("kernel") is { } kernel
            && creation.Model.GetSymbolInfo(kernel, token).Symbol?.Name is not ("None" or "Unspecified"));

    private static ITypeSymbol? ElementOf(ITypeSymbol type)
        => ChildReader.ElementOfModuleList(type)
            ?? type.SelfAndBases()
                .FirstOrDefault(static candidate => candidate.OriginalDefinition.HasMetadataName(KnownNames.ModuleDict))
                ?.TypeArguments[0];
}
