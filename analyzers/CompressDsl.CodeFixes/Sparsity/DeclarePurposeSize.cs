using System.Composition;
using CompressDsl.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2001: the user wants a smaller file, and says so.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeclarePurposeSize)), Shared]
public sealed class DeclarePurposeSize() : SparsityFix("CDSL2001")
{
    internal override string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token)
    {
        // A kernel that cannot hold what is left is wrong for any purpose.
        if (annotated.ReadRule(token) is not { } rule || !KernelLimits.CanHold(rule.Kernel, rule))
        {
            return null;
        }

        var attribute = annotated.Attribute;
        edits.SetNamed(attribute, "Purpose", edits.Name("Purpose", annotated.Model, attribute.ArgumentList!.SpanStart) + ".Size");
        return "Declare Purpose = Purpose.Size";
    }
}
