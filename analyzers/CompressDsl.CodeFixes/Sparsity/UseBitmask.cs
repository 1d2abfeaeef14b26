using System.Composition;
using CompressDsl.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2004: the kernel that needs the fewest zeros. What an attribute names goes before what a layer is created with.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseBitmask)), Shared]
public sealed class UseBitmask() : SparsityFix("CDSL2004")
{
    private const string Kernel = "Bitmask";

    internal override string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token)
    {
        var paths = new KernelPaths(annotated.Model.Compilation, token);

        if (annotated.ReadRule(token) is not { } rule
            || BreakEvens.SparsityOf(rule) < BreakEvens.Of(Kernel)
            || annotated.Symbols.Any(symbol => paths.FindUnsupported(symbol, rule with { Kernel = Kernel }) is not null))
        {
            return null;
        }

        edits.SetNamed(annotated.Attribute, "Kernel", annotated.NameKernel(Kernel, edits));
        return $"Use the {Kernel} kernel";
    }
}
