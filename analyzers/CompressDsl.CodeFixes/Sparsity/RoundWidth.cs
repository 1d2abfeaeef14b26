using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2005: rounds what stays up to a multiple that the hardware likes; a count that is written out stays as it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RoundWidth)), Shared]
public sealed class RoundWidth : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL2005"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        if (await AnnotatedSyntax.FindAsync(document, diagnostic, token).ConfigureAwait(false) is not { Attribute.ArgumentList: { } arguments } annotated
            || arguments.Arguments.Any(static argument => argument.NameEquals?.Name.Identifier.ValueText == "Keep"))
        {
            return [];
        }

        // Vectors of AVX-512 hold 16 numbers, and libtorch's convolutions work in blocks of them.
        var multiple = annotated.Symbol is INamedTypeSymbol || MemberTypes.IsLinear(MemberReader.TypeOf(annotated.Symbol)) ? "8" : "16";
        var edits = new EditList(document.Project);
        edits.SetNamed(annotated.Attribute, "RoundTo", multiple);

        return [new Remedy($"Say RoundTo = {multiple}", nameof(RoundWidth), edits.ToImmutable())];
    }
}
