using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL4001: calls the module with <c>call</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CallInsteadOfForward)), Shared]
public sealed class CallInsteadOfForward : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL4001"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);

        return FindName(root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true)) is { } name
            ? [new Remedy("Use 'call'", nameof(CallInsteadOfForward), [new Edit(document.Id, name.Identifier.Span, "call")])]
            : [];
    }

    private static SimpleNameSyntax? FindName(SyntaxNode? node) => node switch
    {
        ArgumentSyntax argument => FindName(argument.Expression),

        // The parameters of call have other names.
        InvocationExpressionSyntax invocation => invocation.ArgumentList.Arguments.Any(static argument => argument.NameColon is not null)
            ? null
            : FindName(invocation.Expression),
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => null,
    };
}
