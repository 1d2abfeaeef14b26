using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL1001: adds <c>partial</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartial)), Shared]
public sealed class MakePartial : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL1001"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);

        // A type that is local to its file gains nothing from the word.
        if (root?.FindNode(diagnostic.Location.SourceSpan) is not TypeDeclarationSyntax type || type.Modifiers.Any(SyntaxKind.FileKeyword))
        {
            return [];
        }

        var edit = new Edit(document.Id, new TextSpan(type.Keyword.SpanStart, 0), "partial ");
        return [new Remedy($"Make '{type.Identifier.ValueText}' partial", nameof(MakePartial), [edit])];
    }
}
