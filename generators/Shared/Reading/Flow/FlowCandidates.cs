using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>Which classes of modules a model may hold where a member does not say: those that its classes create.</summary>
internal sealed class FlowCandidates(Compilation compilation, CancellationToken token)
{
    private readonly HashSet<ISymbol> visited = new(SymbolEqualityComparer.Default);
    private readonly HashSet<INamedTypeSymbol> found = new(SymbolEqualityComparer.Default);
    private readonly List<INamedTypeSymbol> untaken = [];

    /// <summary>All that were found.</summary>
    public IReadOnlyCollection<INamedTypeSymbol> Found => found;

    /// <summary>Looks at what a class creates, and at what those create.</summary>
    public void Visit(INamedTypeSymbol type)
    {
        foreach (var declared in type.SelfAndBases().TakeWhile(declared => visited.Add(declared.OriginalDefinition)))
        {
            foreach (var declaration in WrittenCode.Of(declared, compilation, token))
            {
                var model = compilation.GetSemanticModel(declaration.SyntaxTree);

                foreach (var creation in declaration.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>())
                {
                    if (model.GetTypeInfo(creation, token).Type is INamedTypeSymbol { IsAbstract: false } created
                        && created.IsModule()
                        && !created.DeclaringSyntaxReferences.IsEmpty
                        && found.Add(created))
                    {
                        untaken.Add(created);
                        Visit(created);
                    }
                }
            }
        }
    }

    /// <summary>The classes that were found since the last time.</summary>
    public IReadOnlyList<INamedTypeSymbol> Take()
    {
        var taken = untaken.ToArray();
        untaken.Clear();

        return taken;
    }
}
