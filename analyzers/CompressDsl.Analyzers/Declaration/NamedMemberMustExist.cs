using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1007: a member that is named for a role of an attention exists and can play it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NamedMemberMustExist() : ReaderAnalyzer(Descriptors.CDSL1007);
