using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL3006: heads that are to go are those of an attention that is written out.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NativeAttentionCannotShrink() : ReaderAnalyzer(Descriptors.CDSL3006);
