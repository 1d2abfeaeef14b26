using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5002: T, Alpha, Beta, Lambda and Weight are in their ranges.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DistillationOptionsMustBeInRange() : ReaderAnalyzer(Descriptors.CDSL5002);
