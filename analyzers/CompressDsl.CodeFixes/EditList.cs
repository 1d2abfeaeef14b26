using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.CodeFixes;

/// <summary>Collects the edits of one remedy, in whatever documents of a project they fall.</summary>
/// <param name="project">The project.</param>
internal sealed class EditList(Project project)
{
    private readonly ImmutableArray<Edit>.Builder edits = ImmutableArray.CreateBuilder<Edit>();

    public ImmutableArray<Edit> ToImmutable() => edits.ToImmutable();

    public void Replace(SyntaxNode node, string newText) => Replace(node.SyntaxTree, node.Span, newText);

    public void Replace(SyntaxToken token, string newText) => Replace(token.SyntaxTree!, token.Span, newText);

    public void Insert(SyntaxTree tree, int position, string newText) => Replace(tree, new TextSpan(position, 0), newText);

    /// <summary>Sets a named argument of an attribute that has arguments already.</summary>
    public void SetNamed(AttributeSyntax attribute, string name, string value)
    {
        var arguments = attribute.ArgumentList!.Arguments;

        if (arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name) is { } given)
        {
            Replace(given.Expression, value);
        }
        else
        {
            Insert(attribute.SyntaxTree, arguments.Last().Span.End, $", {name} = {value}");
        }
    }

    /// <summary>The name of a type of this library as it can be written at a place, where it may take a using.</summary>
    public string Name(string type, SemanticModel model, int position)
    {
        var found = model.LookupSymbols(position, name: type);

        if (found.IsEmpty)
        {
            AddUsing(model.SyntaxTree);
        }

        var isMeant = found.IsEmpty || (found is [INamedTypeSymbol named] && named.HasMetadataName("CompressDsl." + type));
        return isMeant ? type : "global::CompressDsl." + type;
    }

    /// <summary>The name of an attribute of this library, without its suffix, as it can be written at a place, where it may take a using.</summary>
    public string NameAttribute(string attribute, SemanticModel model, int position)
    {
        const string suffix = "Attribute";
        var name = Name(attribute + suffix, model, position);

        return name.Substring(0, name.Length - suffix.Length);
    }

    private void AddUsing(SyntaxTree tree)
    {
        var root = (CompilationUnitSyntax)tree.GetRoot();
        var text = tree.GetText();
        var lineBreak = TextSpan.FromBounds(text.Lines[0].End, text.Lines[0].EndIncludingLineBreak);
        var newLine = lineBreak.IsEmpty ? "\n" : text.ToString(lineBreak);
        var next = root.Usings.FirstOrDefault(static directive => !SortsBefore(directive));

        var position = next is not null ? next.SpanStart
            : root.Usings.LastOrDefault() is { } last ? last.FullSpan.End
            : root.Externs.LastOrDefault() is { } alias ? alias.FullSpan.End
            : root.Members.FirstOrDefault() is BaseNamespaceDeclarationSyntax space ? space.SpanStart
            : 0;

        Insert(tree, position, "using CompressDsl;" + newLine);
    }

    // System first, then by name, then static ones and aliases.
    private static bool SortsBefore(UsingDirectiveSyntax directive)
        => directive is { Alias: null, StaticKeyword.RawKind: (int)SyntaxKind.None, Name: { } name }
            && (name.ToString().StartsWith("System", StringComparison.Ordinal) || string.CompareOrdinal(name.ToString(), "CompressDsl") < 0);

    private void Replace(SyntaxTree tree, TextSpan span, string newText)
    {
        if (project.GetDocument(tree) is { } document)
        {
            edits.Add(new Edit(document.Id, span, newText));
        }
    }
}
