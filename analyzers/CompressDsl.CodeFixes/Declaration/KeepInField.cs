using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL1009: puts what a primary constructor is given into a field of the same name, which methods then read in its place.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepInField)), Shared]
public sealed class KeepInField : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL1009"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(token).ConfigureAwait(false);

        if (root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<ParameterSyntax>()
                is not { Type: { } type, Parent.Parent: ClassDeclarationSyntax { Members: [var first, ..] } declaration } parameter
            || model?.GetDeclaredSymbol(parameter, token) is not { } symbol
            || !symbol.Type.IsModule()
            || model.GetDeclaredSymbol(declaration, token)!.GetMembers(symbol.Name).Length > 0)
        {
            return [];
        }

        // A comment above the first member stays with it.
        var start = first.GetLeadingTrivia().FirstOrDefault(static trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } comment
            ? comment.FullSpan.Start
            : first.SpanStart;
        var field = $"private readonly {type} {parameter.Identifier.Text} = {parameter.Identifier.Text};{TextLayout.Between(first)}";

        return [new Remedy("Put it into a field", nameof(KeepInField), [new Edit(document.Id, new(start, 0), field)])];
    }
}
