using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2003: the input of a layer with an N:M pattern is a multiple of M; its input and output divide into whole blocks.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InputMustBeMultipleOfPattern() : ReaderAnalyzer(Descriptors.CDSL2003);
