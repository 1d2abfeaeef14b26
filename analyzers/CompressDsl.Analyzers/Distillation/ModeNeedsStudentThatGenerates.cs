using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5020: who is to write text is a causal language model.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModeNeedsStudentThatGenerates() : ReaderAnalyzer(Descriptors.CDSL5020);
