using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL3001: as many heads are kept as there are, at the most, and widths divide into heads.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HeadCountMustFit() : ReaderAnalyzer(Descriptors.CDSL3001);
