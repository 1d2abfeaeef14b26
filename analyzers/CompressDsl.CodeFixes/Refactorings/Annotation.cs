using Microsoft.CodeAnalysis;

namespace CompressDsl.CodeFixes;

/// <summary>An attribute of the language that is not there yet.</summary>
/// <param name="Name">Its name, as a user writes it.</param>
/// <param name="Arguments">What stands between its parentheses.</param>
/// <param name="Member">The member that it is to stand on; null for the class.</param>
internal sealed record Annotation(string Name, string Arguments, ISymbol? Member = null)
{
    /// <summary>The member of <c>Purpose</c> that it is for; null where it says none.</summary>
    public string? Purpose { get; init; }

    /// <summary>The attribute as it can be written at a place, where that may take a using.</summary>
    public string Write(EditList edits, SemanticModel model, int position)
        => $"[{edits.NameAttribute(Name, model, position)}({Arguments}{(Purpose is null ? "" : $", Purpose = {edits.Name("Purpose", model, position)}.{Purpose}")})]";
}

/// <summary>One thing that a refactoring can do.</summary>
/// <param name="Title">What the user is offered.</param>
/// <param name="Key">Names the same thing wherever it is offered.</param>
/// <param name="Annotations">The attributes that it writes.</param>
internal sealed record Proposal(string Title, string Key, params Annotation[] Annotations);
