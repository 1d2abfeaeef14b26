using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>Finds which modules of a class its code uses.</summary>
internal static class NamedMembers
{
    private static readonly ImmutableHashSet<string> Walks =
        ["children", "named_children", "modules", "named_modules", "get_submodule", "GetFields", "GetProperties", "GetType"];

    /// <summary>Those of some members that the code of the class names, other than to set them; null where that does not say which modules run.</summary>
    public static ImmutableHashSet<ISymbol>? In(INamedTypeSymbol type, IEnumerable<ISymbol> members, Compilation compilation, CancellationToken token)
    {
        var modules = Annotations.Members(type)
            .Where(static member => MemberReader.TypeOf(member) is var held && (held.IsModule() || Registration.IsCollection(held)))
            .Select(static member => member.Name)
            .ToImmutableHashSet();
        var asked = members.ToLookup(static member => member.Name);
        var named = ImmutableHashSet.CreateBuilder<ISymbol>(SymbolEqualityComparer.Default);
        var isForwardWritten = false;

        foreach (var name in WrittenCode.Of(type, compilation, token).SelectMany(static part => part.DescendantNodes().OfType<SimpleNameSyntax>()))
        {
            if (Walks.Contains(name.Identifier.ValueText))
            {
                return null;
            }

            if (!modules.Contains(name.Identifier.ValueText) || IsNoUse(name))
            {
                continue;
            }

            isForwardWritten |= IsInForward(name);

            foreach (var member in asked[name.Identifier.ValueText].Where(member => !named.Contains(member)))
            {
                // Where text does not compile yet, the name alone counts.
                if (compilation.GetSemanticModel(name.SyntaxTree).GetSymbolInfo(name, token).Symbol is not { } symbol || SymbolEqualityComparer.Default.Equals(symbol.OriginalDefinition, member))
                {
                    named.Add(member);
                }
            }
        }

        return isForwardWritten ? named.ToImmutable() : null;
    }

    // What a constructor puts into something else, such as a Sequential, is used through that.
    private static bool IsNoUse(SimpleNameSyntax name)
        => (name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : (ExpressionSyntax)name) is var whole
            && (IsTarget(whole) || name.Ancestors().Any(static node => node is AttributeSyntax or InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }));

    private static bool IsTarget(ExpressionSyntax name) => name.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == name,
        ArgumentSyntax { Parent: TupleExpressionSyntax tuple } => IsTarget(tuple),
        _ => false,
    };

    private static bool IsInForward(SyntaxNode name) => name.Ancestors().OfType<MethodDeclarationSyntax>().Any(static method => method.Identifier.ValueText == "forward");
}
