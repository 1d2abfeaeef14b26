using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL3004: layers that share channels have equally many.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CoupledLayersMustAgree() : ReaderAnalyzer(Descriptors.CDSL3004);
