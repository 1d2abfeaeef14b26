using System.Collections.Immutable;
using CompressDsl.Analyzers;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>Gives the linear layers that an attribute reaches a storage that can change, and the kernel that it changes to.</summary>
/// <param name="annotated">The attribute.</param>
/// <param name="rule">What it asks for afterwards, with the kernel.</param>
/// <param name="token">Cancels the change.</param>
internal sealed class SparseLinearChange(AnnotatedSyntax annotated, RuleModel rule, CancellationToken token)
{
    private readonly Compilation compilation = annotated.Model.Compilation;

    // The linear layers that the attribute stands on, or that are members of the class it stands on.
    private readonly ImmutableArray<ISymbol> layers =
    [
        .. (annotated.Symbol is INamedTypeSymbol type ? Annotations.Members(type).Where(static member => Annotations.Sparsity(member).IsEmpty) : annotated.Symbols)
            .Where(static member => MemberReader.FindObstacle(member) is null && MemberTypes.IsLinear(MemberReader.TypeOf(member))),
    ];

    /// <summary>Whether every layer can be changed, knows the kernel afterwards, and nothing else would be left in dense storage.</summary>
    public bool IsPossible => !layers.IsEmpty && layers.All(CanChange) && AreAll();

    /// <summary>Whether there are layers that cannot change their storage yet.</summary>
    public bool ChangesTypes => layers.Any(IsPlain);

    /// <summary>Changes the type of the layers, and every expression that creates one.</summary>
    public void ChangeLayers(EditList edits)
    {
        foreach (var layer in layers.Where(IsPlain))
        {
            ChangeType(layer, edits);

            foreach (var creation in Creations.Find(layer, compilation, token).OfType<Creation>())
            {
                ChangeCreation(creation, edits);
            }
        }
    }

    private static bool IsPlain(ISymbol layer) => MemberReader.TypeOf(layer).HasMetadataName(KnownNames.Linear);

    private bool CanChange(ISymbol layer)
        => (!IsPlain(layer) || AreKnown(Creations.Find(layer, compilation, token).ToArray()))
            && SparseCreation.Find(layer, compilation, token).All(creation => creation.Type is not { } type || KernelLimits.CanMultiply(rule.Kernel, type));

    private static bool AreKnown(Creation?[] creations)
        => creations.Length > 0 && creations.All(static creation => creation?.Method.Parameters[0].Name == "inputSize");

    private bool AreAll()
        => annotated.Symbol is not INamedTypeSymbol type
            || new KernelPaths(compilation, token) { Except = layers.ToImmutableHashSet(SymbolEqualityComparer.Default) }.FindDense(type, rule) is null;

    private void ChangeType(ISymbol layer, EditList edits)
    {
        foreach (var declaration in layer.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(token)))
        {
            var type = (declaration as PropertyDeclarationSyntax)?.Type ?? ((VariableDeclarationSyntax)declaration.Parent!).Type;
            var plain = type is NullableTypeSyntax nullable ? nullable.ElementType : type;
            edits.Replace(plain, edits.Name("SparseLinear", compilation.GetSemanticModel(plain.SyntaxTree), plain.SpanStart));
        }
    }

    // Linear(a, b, bias, device, dtype) becomes new SparseLinear(a, b, bias, device: device, dtype: dtype): a kernel comes before the device there.
    private static void ChangeCreation(Creation creation, EditList edits)
    {
        if (creation.Expression is not InvocationExpressionSyntax invocation)
        {
            return;
        }

        edits.Replace(invocation.Expression, "new " + edits.Name("SparseLinear", creation.Model, invocation.SpanStart));

        for (var i = 3; i < creation.Arguments.Count; i++)
        {
            if (creation.Arguments[i].NameColon is null)
            {
                edits.Insert(invocation.SyntaxTree, creation.Arguments[i].SpanStart, creation.NameOf(i) + ": ");
            }
        }
    }
}
