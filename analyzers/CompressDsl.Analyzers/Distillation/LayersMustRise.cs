using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5010: layers that are written out stand in rising order, each once.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LayersMustRise() : ReaderAnalyzer(Descriptors.CDSL5010);
