using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1003: an attribute stands on a member that holds something prunable.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AttributeMustApplyToMemberType() : ReaderAnalyzer(Descriptors.CDSL1003);
