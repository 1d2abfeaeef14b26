using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Benchmarks.Compiling;

/// <summary>The least that a generator can do with the attributes of an <see cref="AnnotatedProject"/>: the name that each stands on is copied into a file.</summary>
internal sealed class CopyingGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (var attribute in AnnotatedProject.Attributes)
        {
            var names = context.SyntaxProvider.ForAttributeWithMetadataName(
                $"CompressDsl.{attribute}Attribute",
                static (node, _) => node is ClassDeclarationSyntax or VariableDeclaratorSyntax,
                static (found, _) => ClassOf(found.TargetNode) + "." + found.TargetSymbol.Name);

            context.RegisterSourceOutput(names, (output, name) => output.AddSource($"{name}.{attribute}.g.cs", "// " + name));
        }
    }

    private static string ClassOf(SyntaxNode node) => node.FirstAncestorOrSelf<ClassDeclarationSyntax>()!.Identifier.Text;
}
