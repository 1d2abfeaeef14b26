using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5006: teacher and student have the same classes, or say what happens where they do not.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutputWidthsMustAgree() : ReaderAnalyzer(Descriptors.CDSL5006);
