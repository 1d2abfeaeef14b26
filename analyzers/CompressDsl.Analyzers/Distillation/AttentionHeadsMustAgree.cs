using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5009: attention maps are compared head by head, so both sides have equally many.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AttentionHeadsMustAgree() : ReaderAnalyzer(Descriptors.CDSL5009);
