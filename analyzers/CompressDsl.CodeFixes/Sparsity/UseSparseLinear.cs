using System.Composition;
using CompressDsl.Analyzers;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2001, CDSL2002, CDSL2006: layers that can change their storage, and the kernel that they change to.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseSparseLinear)), Shared]
public sealed class UseSparseLinear() : SparsityFix("CDSL2001", "CDSL2002", "CDSL2006")
{
    internal override string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token)
    {
        if (annotated.ReadRule(token) is not { } rule
            || FindKernel(rule) is not { } kernel
            || new SparseLinearChange(annotated, rule with { Kernel = kernel }, token) is not { IsPossible: true } change)
        {
            return null;
        }

        change.ChangeLayers(edits);
        edits.SetNamed(annotated.Attribute, "Kernel", annotated.NameKernel(kernel, edits));
        return change.ChangesTypes ? $"Use SparseLinear with the {kernel} kernel" : $"Use the {kernel} kernel";
    }

    /// <summary>The kernel that is named, or the first other one, that holds what a rule leaves and is faster than dense then.</summary>
    private static string? FindKernel(RuleModel rule)
        => new[] { rule.Kernel, "SemiStructured", "Bitmask" }.FirstOrDefault(kernel =>
            KernelLimits.IsSparse(kernel) && KernelLimits.CanHold(kernel, rule) && BreakEvens.Of(kernel) <= BreakEvens.SparsityOf(rule));
}
