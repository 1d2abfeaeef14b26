using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>The code that people wrote. A generator sees no generated file, and the analyzers must judge by what it saw.</summary>
internal static class WrittenCode
{
    private static readonly ConditionalWeakTable<SyntaxNode, AssignmentExpressionSyntax[]> Assigned = new();

    /// <summary>The declarations of a symbol in this compilation.</summary>
    // In an IDE the source of another project is there too, but this compilation cannot say what it means.
    public static IEnumerable<SyntaxNode> Of(ISymbol symbol, Compilation compilation, CancellationToken token)
    {
        foreach (var reference in symbol.DeclaringSyntaxReferences)
        {
            if (compilation.ContainsSyntaxTree(reference.SyntaxTree) && !IsGenerated(reference.SyntaxTree))
            {
                yield return reference.GetSyntax(token);
            }
        }
    }

    /// <summary>The assignments in the code of a class, in its order: asked for once for every member.</summary>
    public static IEnumerable<AssignmentExpressionSyntax> FindAssignments(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
        => Of(type, compilation, token).SelectMany(static declaration => Assigned.GetValue(
            declaration, static declaration => declaration.DescendantNodes().OfType<AssignmentExpressionSyntax>().ToArray()));

    private static bool IsGenerated(SyntaxTree tree) => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal);
}
