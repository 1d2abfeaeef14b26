using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1002: an annotated class is a torch.nn.Module; a student is one that puts out logits.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotatedClassMustBeModule() : ReaderAnalyzer(Descriptors.CDSL1002);
