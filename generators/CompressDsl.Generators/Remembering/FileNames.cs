using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Remembering;

/// <summary>The names by which a file and other files can have to do with each other.</summary>
internal sealed class FileNames
{
    private static readonly ConditionalWeakTable<SyntaxTree, FileNames> Files = new();

    private FileNames(SyntaxNode root)
    {
        var types = ImmutableArray.CreateBuilder<string>();
        var namespaces = ImmutableArray.CreateBuilder<string>();

        foreach (var node in root.DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
        {
            if (node is BaseNamespaceDeclarationSyntax space)
            {
                namespaces.AddRange(Names(space.Name));
            }
            else if (((node as BaseTypeDeclarationSyntax)?.Identifier ?? (node as DelegateDeclarationSyntax)?.Identifier)?.ValueText is { Length: > 0 } name)
            {
                types.Add(name);

                if (name.EndsWith("Attribute", StringComparison.Ordinal))
                {
                    types.Add(name[..^"Attribute".Length]);
                }
            }

            IsSeenByAll |= node is ExtensionBlockDeclarationSyntax
                || (node is UsingDirectiveSyntax used && used.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword))
                || (node is MethodDeclarationSyntax { ParameterList.Parameters: [var first, ..] } && first.Modifiers.Any(SyntaxKind.ThisKeyword));
        }

        (Types, Namespaces, Mentioned) = (types.ToImmutable(), namespaces.ToImmutable(), [.. Names(root)]);
    }

    /// <summary>The names of the types in it, as often as they are declared; of attributes the short ones too.</summary>
    public ImmutableArray<string> Types { get; }

    /// <summary>The parts of the names of its namespaces, as often as they are declared.</summary>
    public ImmutableArray<string> Namespaces { get; }

    /// <summary>Every identifier in it.</summary>
    public HashSet<string> Mentioned { get; }

    /// <summary>Whether others use what is in it without naming a type of it: a global using, an extension.</summary>
    public bool IsSeenByAll { get; }

    public static FileNames Of(SyntaxTree file) => Files.GetValue(file, static file => new FileNames(file.GetRoot()));

    private static IEnumerable<string> Names(SyntaxNode node)
        => node.DescendantTokens().Where(static token => token.IsKind(SyntaxKind.IdentifierToken)).Select(static token => token.ValueText);
}
