using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2002: an N:M pattern that is there for speed is one that the kernel for patterns holds, or is multiplied by one that holds any zeros.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PatternNeedsKernel() : KernelAnalyzer(Descriptors.CDSL2002)
{
    private protected override Diagnostic? Judge(SparseSite site)
        => site is { IsForSpeed: true, Rule: { Pattern: PatternKind.SemiStructured, Kernel: not ("Bitmask" or "Csr") } rule }
            && !KernelLimits.IsTwoOfFour(rule)
            && site.FindDense() is not null
                ? Diagnostic.Create(Descriptors.CDSL2002, site.Location, site.Symbol.Name, rule.N, rule.M)
                : null;
}
