using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL5014: says that the target is probabilities, and not their logarithms.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SayTargetIsNoLog)), Shared]
public sealed class SayTargetIsNoLog : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL5014"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);

        return diagnostic.AdditionalLocations is [{ SourceSpan: var span }] && root is not null && FindEdit(root.FindNode(span, getInnermostNodeForTie: true), span) is var (place, text)
            ? [new Remedy("Say log_target: false", nameof(SayTargetIsNoLog), [new Edit(document.Id, place, text)])]
            : [];
    }

    private static (TextSpan Place, string Text)? FindEdit(SyntaxNode node, TextSpan span)
        => node.FirstAncestorOrSelf<ArgumentSyntax>(argument => argument.Span == span) is { } said ? (said.Expression.Span, "false")
            : node.FirstAncestorOrSelf<InvocationExpressionSyntax>(call => call.Span == span) is { ArgumentList: var list }
                ? (new TextSpan(list.CloseParenToken.SpanStart, 0), list.Arguments.Count == 0 ? "log_target: false" : ", log_target: false")
            : null;
}
