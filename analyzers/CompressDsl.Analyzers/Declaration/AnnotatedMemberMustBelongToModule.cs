using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1008: an annotated member is an instance field or a get-only auto-property of a module.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotatedMemberMustBelongToModule() : ReaderAnalyzer(Descriptors.CDSL1008);
