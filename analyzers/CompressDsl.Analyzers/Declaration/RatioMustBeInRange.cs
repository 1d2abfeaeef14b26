using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1004: the fraction that is removed is in (0, 1), and counts are of something.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RatioMustBeInRange() : ReaderAnalyzer(Descriptors.CDSL1004);
