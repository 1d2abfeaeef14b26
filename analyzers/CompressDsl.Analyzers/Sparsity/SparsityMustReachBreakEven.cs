using System.Globalization;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2004: sparsity that is there for speed is enough for the chosen kernel to be faster than the dense product.</summary>
/// <remarks>Not judged: a sparsity that training reaches step by step, and one that single layers may be above or below.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SparsityMustReachBreakEven() : KernelAnalyzer(Descriptors.CDSL2004)
{
    private protected override Diagnostic? Judge(SparseSite site)
        => site is { IsForSpeed: true, Rule: { Gradual: null, Scope: not "Global" } rule } && site.FindTooFull() is var (member, kernel)
            ? Diagnostic.Create(
                Descriptors.CDSL2004, Locate(site), site.Name, Percent(BreakEvens.SparsityOf(rule)), member.Name, kernel, Percent(BreakEvens.Of(kernel)))
            : null;

    // That of N:M is in no single argument.
    private static Location? Locate(SparseSite site)
        => site.Rule.Pattern == PatternKind.SemiStructured ? site.Location : site.Attribute.LocatePositional(0, site.Token);

    private static string Percent(double fraction) => (100 * fraction).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
