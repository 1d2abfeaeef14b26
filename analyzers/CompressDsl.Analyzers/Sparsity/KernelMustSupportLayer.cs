using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2006: a kernel is chosen for layers that can change to its storage.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KernelMustSupportLayer() : KernelAnalyzer(Descriptors.CDSL2006)
{
    private protected override Diagnostic? Judge(SparseSite site)
        => site.FindUnsupported() is var (kernel, reason)
            ? Diagnostic.Create(Descriptors.CDSL2006, site.Attribute.LocateNamed("Kernel", site.Token), kernel, site.Symbol.Name, reason)
            : null;
}
