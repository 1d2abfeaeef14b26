using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>A sparsity attribute, which breaks no rule of the reader.</summary>
/// <param name="Symbol">The class or member that it stands on.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Rule">What it asks for.</param>
/// <param name="Compilation">The compilation whose source is read.</param>
/// <param name="Paths">Knows which kernels multiply with what it reaches.</param>
/// <param name="Token">Cancels the analysis.</param>
internal sealed record SparseSite(ISymbol Symbol, AttributeData Attribute, RuleModel Rule, Compilation Compilation, KernelPaths Paths, CancellationToken Token)
{
    /// <summary>Whether the zeros are there so that the model takes less time.</summary>
    public bool IsForSpeed => Rule.Purpose == "Speed";

    /// <summary>The attribute as the user writes it.</summary>
    public string Name => RuleReader.ShortName(Attribute);

    /// <summary>Where the attribute stands.</summary>
    public Location? Location => Attribute.GetLocation(Token);

    /// <summary>Why the first weight that no kernel multiplies with stays dense; null where there is none, and where CDSL2006 speaks of the kernel.</summary>
    public string? FindDense() => FindUnsupported() is null ? Paths.FindDense(Symbol, Rule) : null;

    /// <summary>The first kernel for which too few weights go; null where there is none, and where CDSL2006 speaks of the kernel.</summary>
    public (ISymbol Member, string Kernel)? FindTooFull() => FindUnsupported() is null ? Paths.FindTooFull(Symbol, Rule) : null;

    /// <summary>The kernel that what it is for cannot take, and why.</summary>
    public (string Kernel, string Reason)? FindUnsupported() => Paths.FindUnsupported(Symbol, Rule);
}
