using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL3002: of grouped query heads every group keeps as many.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class QueryHeadsMustFillGroups() : ReaderAnalyzer(Descriptors.CDSL3002);
