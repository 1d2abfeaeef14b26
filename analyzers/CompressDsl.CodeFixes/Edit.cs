using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.CodeFixes;

/// <summary>A change of the text of one document; what it does not touch stays as the user wrote it.</summary>
/// <param name="Document">The document.</param>
/// <param name="Span">What goes, in the document as it is.</param>
/// <param name="NewText">What comes in its place.</param>
internal sealed record Edit(DocumentId Document, TextSpan Span, string NewText)
{
    /// <summary>Whether both cannot be made: they change the same place, and not in the same way.</summary>
    public bool ConflictsWith(Edit other)
        => Document == other.Document
            && this != other
            && (Span.OverlapsWith(other.Span) || ((Span.IsEmpty || other.Span.IsEmpty) && Span.Start == other.Span.Start));
}

/// <summary>One way to be rid of a diagnostic.</summary>
/// <param name="Title">What the user is offered.</param>
/// <param name="Key">Names the same way wherever it is offered, for fix-all.</param>
/// <param name="Edits">What changes: all of it or nothing.</param>
internal sealed record Remedy(string Title, string Key, ImmutableArray<Edit> Edits);
