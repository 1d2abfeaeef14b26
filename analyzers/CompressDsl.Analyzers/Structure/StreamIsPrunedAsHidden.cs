using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL3007: what others read too is narrowed by [PruneHidden].</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StreamIsPrunedAsHidden() : ReaderAnalyzer(Descriptors.CDSL3007);
