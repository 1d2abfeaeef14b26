using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2001: the user wants a smaller file, and says so.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeclarePurposeSize)), Shared]
public sealed class DeclarePurposeSize : SparsityFix
{
    internal override string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token)
    {
        var attribute = annotated.Attribute;
        edits.SetNamed(attribute, "Purpose", edits.Name("Purpose", annotated.Model, attribute.ArgumentList!.SpanStart) + ".Size");
        return "Declare Purpose = Purpose.Size";
    }
}
