using System.Collections.Immutable;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>The attribute that a diagnostic stands on, and the class or member it speaks of.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Declaration">The declaration under it.</param>
/// <param name="Symbol">The class or member; of a declaration of several fields, the first.</param>
/// <param name="Model">Knows the meaning of the document.</param>
internal sealed record AnnotatedSyntax(AttributeSyntax Attribute, SyntaxNode Declaration, ISymbol Symbol, SemanticModel Model)
{
    public static async Task<AnnotatedSyntax?> FindAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(token).ConfigureAwait(false);

        var found = root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<AttributeSyntax>();

        if (model is null || found is not { Parent.Parent: { } declaration } attribute)
        {
            return null;
        }

        var declared = declaration is BaseFieldDeclarationSyntax field ? field.Declaration.Variables[0] : declaration;
        return model.GetDeclaredSymbol(declared, token) is { } symbol ? new AnnotatedSyntax(attribute, declaration, symbol, model) : null;
    }

    /// <summary>The class or members that the attribute stands on: of a declaration of several fields, all.</summary>
    public IEnumerable<ISymbol> Symbols
        => Declaration is BaseFieldDeclarationSyntax { Declaration.Variables: var variables } ? variables.Select(variable => Model.GetDeclaredSymbol(variable)!) : [Symbol];

    /// <summary>What the sparsity attribute asks for; null where it is wrong.</summary>
    public RuleModel? ReadRule(CancellationToken token) => RuleReader.Read(Symbol, ImmutableArray.CreateBuilder<Problem>(), token);

    /// <summary>A kernel as it can be written in the attribute, where that may take a using.</summary>
    public string NameKernel(string kernel, EditList edits) => $"{edits.Name("SparseKernel", Model, Attribute.ArgumentList!.SpanStart)}.{kernel}";
}
