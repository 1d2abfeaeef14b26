using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.CodeFixes;

/// <summary>A class of a user that derives from <c>torch.nn.Module</c> and to which generated code could be added.</summary>
/// <param name="Document">The document that the caret is in.</param>
/// <param name="Declaration">The declaration that it is in.</param>
/// <param name="Symbol">The class.</param>
/// <param name="Model">Knows the meaning of the document.</param>
internal sealed record ModuleClass(Document Document, ClassDeclarationSyntax Declaration, INamedTypeSymbol Symbol, SemanticModel Model)
{
    /// <summary>The class whose name, or what stands beside it up to the body, the caret is in; null where there is none.</summary>
    public static async Task<ModuleClass?> FindAsync(Document document, TextSpan caret, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);

        if (root?.FindToken(caret.Start).Parent?.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } declaration
            || !HeaderOf(declaration).Contains(caret)
            || IsGenerated(document, root)
            || await document.GetSemanticModelAsync(token).ConfigureAwait(false) is not { } model
            || model.GetDeclaredSymbol(declaration, token) is not { } symbol
            || !symbol.IsModule()
            || symbol.IsUnresolved())
        {
            return null;
        }

        // What is local to its file no other file can add to.
        return symbol.ContainersAndSelf().Any(static type => type.IsFileLocal) ? null : new ModuleClass(document, declaration, symbol, model);
    }

    /// <summary>The class with attributes, partial, and with the using that they need; null where that would be an error, or not what was meant.</summary>
    /// <param name="annotations">The attributes.</param>
    /// <param name="isRight">Whether what the readers make of the class then is what was meant.</param>
    /// <param name="token">Cancels the change.</param>
    public async Task<IReadOnlyList<Edit>?> AnnotateAsync(
        IEnumerable<Annotation> annotations, Func<INamedTypeSymbol, Compilation, bool> isRight, CancellationToken token)
    {
        var edits = new EditList(Document.Project);

        // Attributes first: a class without modifiers takes them and `partial` at one place.
        foreach (var annotation in annotations)
        {
            SyntaxNode carrier = annotation.Member is { } member
                ? member.DeclaringSyntaxReferences[0].GetSyntax(token).FirstAncestorOrSelf<MemberDeclarationSyntax>()!
                : Declaration;
            var model = Model.Compilation.GetSemanticModel(carrier.SyntaxTree);
            edits.Insert(carrier.SyntaxTree, carrier.SpanStart, annotation.Write(edits, model, carrier.SpanStart) + TextLayout.Between(carrier));
        }

        foreach (var part in Symbol.ContainersAndSelf().SelectMany(static type => type.DeclaringSyntaxReferences).Select(reference => reference.GetSyntax(token)).OfType<TypeDeclarationSyntax>())
        {
            if (!part.Modifiers.Any(SyntaxKind.PartialKeyword))
            {
                edits.Insert(part.SyntaxTree, part.Keyword.SpanStart, "partial ");
            }
        }

        var compilation = await CompileAsync(edits.ToImmutable(), token).ConfigureAwait(false);
        var changed = compilation.Assembly.GetTypeByMetadataName(Symbol.GetMetadataName());

        return changed is not null
            && ClassReader.FindProblems(changed, compilation, token).All(ChannelReader.IsWarning)
            && isRight(changed, compilation)
                ? edits.ToImmutable()
                : null;
    }

    private async Task<Compilation> CompileAsync(IEnumerable<Edit> edits, CancellationToken token)
    {
        var (compilation, project) = (Model.Compilation, Document.Project);
        var solution = await EditingFix.ApplyAsync(project.Solution, edits, token).ConfigureAwait(false);

        foreach (var id in edits.Select(static edit => edit.Document).Distinct())
        {
            var before = await project.GetDocument(id)!.GetSyntaxTreeAsync(token).ConfigureAwait(false);
            var after = await solution.GetDocument(id)!.GetTextAsync(token).ConfigureAwait(false);
            compilation = compilation.ReplaceSyntaxTree(before!, before!.WithChangedText(after));
        }

        return compilation;
    }

    private static TextSpan HeaderOf(ClassDeclarationSyntax declaration)
    {
        var start = declaration.Modifiers.Count > 0 ? declaration.Modifiers[0] : declaration.Keyword;
        var end = declaration.OpenBraceToken.RawKind != 0 ? declaration.OpenBraceToken : declaration.SemicolonToken;

        return TextSpan.FromBounds(start.SpanStart, Math.Max(end.SpanStart, declaration.Identifier.Span.End));
    }

    private static bool IsGenerated(Document document, SyntaxNode root)
        => document is SourceGeneratedDocument
            || new[] { ".g.cs", ".g.i.cs", ".designer.cs", ".generated.cs" }.Any(ending => document.Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            || root.GetLeadingTrivia().Any(static trivia => trivia.ToString().IndexOf("<auto-generated", StringComparison.Ordinal) >= 0);
}
