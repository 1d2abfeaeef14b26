using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Analyzers;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL2001: a layer that can change its storage, and the kernel that it changes to.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseSparseLinear)), Shared]
public sealed class UseSparseLinear : SparsityFix
{
    internal override string? FindTitle(AnnotatedSyntax annotated, EditList edits, CancellationToken token)
    {
        var compilation = annotated.Model.Compilation;
        var layers = FindLayers(annotated, token);

        if (layers.IsEmpty
            || !AreAll(layers, annotated, compilation, token)
            || !layers.All(layer => ChangeToSparse(layer, compilation, edits, token)))
        {
            return null;
        }

        var attribute = annotated.Attribute;
        edits.SetNamed(attribute, "Kernel", edits.Name("SparseKernel", annotated.Model, attribute.ArgumentList!.SpanStart) + ".Csr");
        return layers.Any(static layer => IsPlain(layer)) ? "Use SparseLinear with the Csr kernel" : "Use the Csr kernel";
    }

    /// <summary>The linear layers that the attribute stands on, or that are members of the class it stands on.</summary>
    private static ImmutableArray<ISymbol> FindLayers(AnnotatedSyntax annotated, CancellationToken token)
    {
        var members = annotated switch
        {
            { Symbol: INamedTypeSymbol type } => Annotations.Members(type).Where(static member => Annotations.Sparsity(member).IsEmpty),
            { Declaration: FieldDeclarationSyntax { Declaration.Variables: var fields }, Model: var model }
                => fields.Select(field => model.GetDeclaredSymbol(field, token)!),
            _ => [annotated.Symbol],
        };

        return members
            .Where(static member => MemberReader.FindObstacle(member) is null && MemberTypes.IsLinear(MemberReader.TypeOf(member)))
            .ToImmutableArray();
    }

    /// <summary>Whether the attribute reaches nothing else that would be left in dense storage.</summary>
    private static bool AreAll(ImmutableArray<ISymbol> layers, AnnotatedSyntax annotated, Compilation compilation, CancellationToken token)
        => annotated.Symbol is not INamedTypeSymbol type
            || (RuleReader.Read(type, ImmutableArray.CreateBuilder<Problem>(), token) is { } rule
                && new KernelPaths(compilation, token) { Except = layers.ToImmutableHashSet(SymbolEqualityComparer.Default) }
                    .FindDense(type, rule with { Kernel = "Csr" }) is null);

    private static bool IsPlain(ISymbol layer) => MemberReader.TypeOf(layer).HasMetadataName(KnownNames.Linear);

    /// <summary>Changes the type of a member and every expression that creates its value; false where one of these is not of a known form.</summary>
    private static bool ChangeToSparse(ISymbol layer, Compilation compilation, EditList edits, CancellationToken token)
    {
        if (!IsPlain(layer))
        {
            return true;
        }

        var creations = Creations.Find(layer, compilation, token).ToArray();

        if (creations.Length == 0 || creations.Any(static creation => creation is null || creation.Method.Parameters[0].Name != "inputSize"))
        {
            return false;
        }

        foreach (var declaration in layer.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(token)))
        {
            var type = (declaration as PropertyDeclarationSyntax)?.Type ?? ((VariableDeclarationSyntax)declaration.Parent!).Type;
            var plain = type is NullableTypeSyntax nullable ? nullable.ElementType : type;
            edits.Replace(plain, edits.Name("SparseLinear", compilation.GetSemanticModel(plain.SyntaxTree), plain.SpanStart));
        }

        foreach (var creation in creations.OfType<Creation>())
        {
            ChangeCreation(creation, edits);
        }

        return true;
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
