using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.CodeFixes;

/// <summary>Takes attributes out of their lists, and lists that are empty then out of the text.</summary>
internal static class AttributeRemoval
{
    public static ImmutableArray<Edit> Remove(Project project, IEnumerable<AttributeSyntax> attributes)
        => attributes
            .GroupBy(static attribute => (AttributeListSyntax)attribute.Parent!)
            .Select(list => Edit(project.GetDocument(list.Key.SyntaxTree)!.Id, list.Key, [.. list]))
            .ToImmutableArray();

    private static Edit Edit(DocumentId document, AttributeListSyntax list, HashSet<AttributeSyntax> removed)
    {
        var kept = list.Attributes.Where(attribute => !removed.Contains(attribute)).ToArray();

        return kept.Length > 0
            ? new Edit(document, list.Attributes.Span, string.Join(", ", kept.Select(static attribute => attribute.ToString())))
            : new Edit(document, SpanOf(list), "");
    }

    // What follows moves up to where the list began, unless a comment stands between.
    private static TextSpan SpanOf(AttributeListSyntax list)
    {
        var next = list.GetLastToken().GetNextToken();
        var between = list.GetTrailingTrivia().Concat(next.LeadingTrivia);

        return between.All(static trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            ? TextSpan.FromBounds(list.SpanStart, next.SpanStart)
            : list.Span;
    }
}
