using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1006: a class or member carries one sparsity attribute; a schedule or a structure attribute beside it only where something is pruned.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MemberMustHaveOneRule() : ReaderAnalyzer(Descriptors.CDSL1006);
