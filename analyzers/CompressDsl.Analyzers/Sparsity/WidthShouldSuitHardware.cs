using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2005: what is left of a width that suits the hardware suits it too.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WidthShouldSuitHardware() : ReaderAnalyzer(Descriptors.CDSL2005);
