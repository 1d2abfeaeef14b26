using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5008: what a student matches is there in its teacher, and can be seen.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MatchedMemberMustExist() : ReaderAnalyzer(Descriptors.CDSL5008);
