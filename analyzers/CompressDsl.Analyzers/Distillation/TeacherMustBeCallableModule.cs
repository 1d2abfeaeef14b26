using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5001: a teacher is a module that puts out logits.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TeacherMustBeCallableModule() : ReaderAnalyzer(Descriptors.CDSL5001);
