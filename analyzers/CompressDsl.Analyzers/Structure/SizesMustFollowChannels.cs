using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL3005: numbers in forward that count channels or heads shrink with them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SizesMustFollowChannels() : ReaderAnalyzer(Descriptors.CDSL3005);
