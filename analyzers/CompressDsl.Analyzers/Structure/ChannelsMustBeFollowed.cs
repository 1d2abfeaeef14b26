using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL3003: channels that an attribute lets go can be followed through forward.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ChannelsMustBeFollowed() : ReaderAnalyzer(Descriptors.CDSL3003);
