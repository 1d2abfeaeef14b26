using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>
/// The number of classes that a module puts out, where its forward ends in a linear layer of constant size; null wherever that cannot be
/// seen.
/// </summary>
internal static class OutputWidth
{
    public static long? Read(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        long? width = null;

        foreach (var result in FindResults(type, compilation, token))
        {
            if (FindHead(result, compilation.GetSemanticModel(result.SyntaxTree), token) is not { } head
                || LayerSizes.ReadOutput(head, compilation, token) is not { } found
                || (width is not null && width != found))
            {
                return null;
            }

            width = found;
        }

        return width;
    }

    /// <summary>What the forward of a class gives back, in its own source; nothing where that cannot be seen.</summary>
    public static IEnumerable<ExpressionSyntax> FindResults(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var forward = type.GetMembers("forward").OfType<IMethodSymbol>().FirstOrDefault(static method => method.IsOverride);

        // In an IDE the source of a teacher in another project is there too, but this compilation cannot say what it means.
        return forward?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(token) is MethodDeclarationSyntax syntax && compilation.ContainsSyntaxTree(syntax.SyntaxTree)
            ? FindResults(syntax)
            : [];
    }

    private static IEnumerable<ExpressionSyntax> FindResults(MethodDeclarationSyntax forward)
        => forward.ExpressionBody is { Expression: var expression }
            ? [expression]
            : forward.DescendantNodes(static node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                .OfType<ReturnStatementSyntax>()
                .Select(static statement => statement.Expression)
                .OfType<ExpressionSyntax>();

    /// <summary>The member <c>head</c> of <c>head.call(x)</c> or <c>head.forward(x)</c>, through what hands the same tensor to another scope.</summary>
    private static ISymbol? FindHead(ExpressionSyntax result, SemanticModel model, CancellationToken token)
    {
        if (result is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access })
        {
            return null;
        }

        return access.Name.Identifier.ValueText switch
        {
            "MoveToOuterDisposeScope" or "DetachFromDisposeScope" => FindHead(access.Expression, model, token),
            "call" or "forward" => model.GetSymbolInfo(access.Expression, token).Symbol is { } held and (IFieldSymbol or IPropertySymbol) ? held : null,
            _ => null,
        };
    }
}
