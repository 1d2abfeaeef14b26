using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1001: an annotated class and the types around it are partial, so that generated code can add to them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotatedClassMustBePartial() : ReaderAnalyzer(Descriptors.CDSL1001);
