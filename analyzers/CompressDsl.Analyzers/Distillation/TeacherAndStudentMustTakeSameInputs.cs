using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5005: teacher and student take the same inputs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TeacherAndStudentMustTakeSameInputs() : ReaderAnalyzer(Descriptors.CDSL5005);
