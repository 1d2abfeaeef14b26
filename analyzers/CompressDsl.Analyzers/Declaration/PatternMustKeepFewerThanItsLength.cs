using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1005: An N:M pattern keeps N of M weights, at least one and not all.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PatternMustKeepFewerThanItsLength() : ReaderAnalyzer(Descriptors.CDSL1005);
