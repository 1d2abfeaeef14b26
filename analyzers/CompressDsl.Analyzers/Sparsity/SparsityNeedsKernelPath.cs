using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2001: sparsity that is there for speed, of single weights or of blocks, has a kernel that skips the zeros.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SparsityNeedsKernelPath() : KernelAnalyzer(Descriptors.CDSL2001)
{
    private protected override Diagnostic? Judge(SparseSite site)
        => site is { IsForSpeed: true, Rule.Pattern: PatternKind.Unstructured or PatternKind.Blocks } && site.FindDense() is { } reason
            ? Diagnostic.Create(Descriptors.CDSL2001, site.Location, site.Symbol.Name, reason, site.Name)
            : null;
}
