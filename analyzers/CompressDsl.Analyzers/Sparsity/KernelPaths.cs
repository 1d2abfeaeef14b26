using System.Collections.Immutable;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>
/// Leads from the rule on a class or member to the kernels that multiply with the weights it reaches: the one that the rule names, or else the one that a
/// layer is created with. What the code does not say is no proof of anything.
/// </summary>
/// <param name="compilation">The compilation whose source is read.</param>
/// <param name="token">Cancels the search.</param>
internal sealed class KernelPaths(Compilation compilation, CancellationToken token)
{
    /// <summary>Members that are left out of the search.</summary>
    public ImmutableHashSet<ISymbol> Except { get; init; } = [];

    /// <summary>Why the first weight that no kernel multiplies with stays dense, in words; null where there is none.</summary>
    public string? FindDense(ISymbol annotated, RuleModel rule)
        => Reach(annotated)
            .Select(layer => layer switch
            {
                { IsOpaque: true } => ExplainOpaque(annotated, layer, rule),
                { IsSparseLinear: true } => ExplainSparse(layer, rule),
                _ => $"'{layer.Member.Name}' holds '{NameOf(layer)}', which cannot change its storage",
            })
            .FirstOrDefault(static reason => reason is not null);

    /// <summary>
    /// The kernel that is chosen for layers of which none can take it, or for one that is made of numbers it does not know, and why it cannot, in words; null
    /// where there is none.
    /// </summary>
    public (string Kernel, string Reason)? FindUnsupported(ISymbol annotated, RuleModel rule)
    {
        var layers = Reach(annotated);

        if (KernelLimits.IsSparse(rule.Kernel) && layers is [var first, ..] && layers.All(static layer => layer is { IsOpaque: false, IsSparseLinear: false }))
        {
            return (rule.Kernel, $"'{first.Member.Name}' holds '{NameOf(first)}', and only a SparseLinear can change its storage");
        }

        foreach (var (layer, kernel, type) in FindKernels(layers, rule))
        {
            if (kernel is not null && type is not null && !KernelLimits.CanMultiply(kernel, type))
            {
                return (kernel, $"it multiplies in {KernelLimits.DescribeTypes(kernel)}, and '{layer.Member.Name}' is created in {type}");
            }
        }

        return null;
    }

    /// <summary>The first kernel that is no faster than dense at the sparsity of a rule, and the member whose weight it is for; null where there is none.</summary>
    public (ISymbol Member, string Kernel)? FindTooFull(ISymbol annotated, RuleModel rule)
    {
        foreach (var (layer, kernel, _) in FindKernels(Reach(annotated), rule))
        {
            if (kernel is not null && BreakEvens.SparsityOf(rule) < BreakEvens.Of(kernel))
            {
                return (layer.Member, kernel);
            }
        }

        return null;
    }

    private ImmutableArray<ReachedLayer> Reach(ISymbol annotated) => new ReachedLayers(token) { Except = Except }.Find(annotated);

    /// <summary>The kernels that weights can change to, and the types they are created in; null for what the code does not say.</summary>
    private IEnumerable<(ReachedLayer Layer, string? Kernel, string? Type)> FindKernels(IEnumerable<ReachedLayer> layers, RuleModel rule)
    {
        foreach (var layer in layers.Where(static layer => layer.IsOpaque || layer.IsSparseLinear))
        {
            var creations = layer.IsOpaque ? [new SparseCreation(Kernel: null, Type: null)] : SparseCreation.Find(layer.Member, compilation, token);

            foreach (var creation in creations)
            {
                yield return (layer, rule.Kernel == "Unspecified" ? creation.Kernel : rule.Kernel, creation.Type);
            }
        }
    }

    private string? ExplainSparse(ReachedLayer layer, RuleModel rule)
    {
        var kernels = FindKernels([layer], rule).Select(static found => found.Kernel).ToArray();

        return rule.Kernel == "None" ? $"Kernel = SparseKernel.None keeps '{layer.Member.Name}' in dense storage"
            : kernels.All(static kernel => kernel is "None" or "Unspecified") ? $"no kernel is chosen for '{layer.Member.Name}'"
            : kernels.Any(kernel => kernel is not null && !KernelLimits.CanHold(kernel, rule)) ? ExplainTwoOfFour(layer)
            : null;
    }

    // What is in a Sequential, or in a class from elsewhere, cannot be seen; that no kernel is chosen for it can.
    private static string? ExplainOpaque(ISymbol annotated, ReachedLayer layer, RuleModel rule)
        => !KernelLimits.CanHold(rule.Kernel, rule) ? ExplainTwoOfFour(layer)
            : !KernelLimits.IsSparse(rule.Kernel) && SymbolEqualityComparer.Default.Equals(annotated, layer.Member) && !ChildReader.IsAnnotatedClass(layer.Type)
                ? $"no kernel is chosen for what '{layer.Member.Name}' holds"
            : null;

    private static string ExplainTwoOfFour(ReachedLayer layer)
        => $"SparseKernel.SemiStructured holds two of every four neighbours at most, and more can be left in '{layer.Member.Name}'";

    private static string NameOf(ReachedLayer layer) => layer.Type.ToShortName().TrimEnd('?');
}
