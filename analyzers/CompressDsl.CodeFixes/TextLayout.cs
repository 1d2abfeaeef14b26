using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.CodeFixes;

/// <summary>How the text around a node is laid out.</summary>
internal static class TextLayout
{
    /// <summary>What separates something put before a member from it: a new line at its depth, or a space where it shares its line with something else.</summary>
    public static string Between(SyntaxNode member)
    {
        var text = member.SyntaxTree.GetText();
        var line = text.Lines.GetLineFromPosition(member.SpanStart);
        var indent = text.ToString(new(line.Start, member.SpanStart - line.Start));

        return indent.Trim().Length == 0 ? NewLine(member) + indent : " ";
    }

    /// <summary>How lines end in a file.</summary>
    public static string NewLine(SyntaxNode node)
    {
        var end = node.SyntaxTree.GetRoot().DescendantTrivia().FirstOrDefault(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));

        return end == default ? "\n" : end.ToString();
    }
}
