using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>Where TorchSharp finds the modules of a module: in the fields that hold one, under the field's name or that of its <c>ComponentName</c>.</summary>
internal static class Registration
{
    private static readonly ImmutableHashSet<string> ByHand = ["register_module", "add_module", "RegisterModule"];

    /// <summary>Whether the source of a class registers a module by a call.</summary>
    public static bool IsByHand(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
        => WrittenCode.Of(type, compilation, token)
            .SelectMany(static declaration => declaration.DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Any(static call => ByHand.Contains(FusionReader.NameOf(call)));

    /// <summary>Why TorchSharp does not find what a member holds, or finds it under another name, in words; null where it does.</summary>
    public static string? FindObstacle(ISymbol member, Compilation compilation, CancellationToken token)
    {
        var type = MemberReader.TypeOf(member);

        // An attribute that does not fit what it stands on has its own rule.
        return member.IsStatic || type.IsUnresolved() || HasRule(member, type) ? null
            : type.IsModule() ? IsNameless(member) ? $"is registered as '<{member.Name}>k__BackingField': give it [field: ComponentName(Name = nameof({member.Name}))]" : null
            : IsCollection(type) && !IsView(member, compilation, token) ? "is not looked into by TorchSharp: its modules are not trained, moved or saved; use a ModuleList"
            : null;
    }

    /// <summary>Whether a type is an array, list or dictionary of modules, or a tuple with one.</summary>
    public static bool IsCollection(ITypeSymbol type) => type switch
    {
        _ when type.IsModule() => false,
        IArrayTypeSymbol array => array.ElementType.IsModule(),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(static element => element.Type.IsModule()),
        INamedTypeSymbol { IsGenericType: true } named => named.ContainingNamespace.ToDisplayString() is "System.Collections.Generic" or "System.Collections.Immutable"
            && named.Name is not ("IEnumerable" or "IEqualityComparer" or "IComparer")
            && named.TypeArguments.Any(static argument => argument.IsModule()),
        _ => false,
    };

    /// <summary>The modules that a primary constructor is given and that methods read: the compiler makes a field of them that nobody can name.</summary>
    public static IEnumerable<IParameterSymbol> FindCaptured(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        foreach (var declaration in WrittenCode.Of(type, compilation, token).OfType<ClassDeclarationSyntax>())
        {
            foreach (var syntax in declaration.ParameterList?.Parameters ?? [])
            {
                if (compilation.GetSemanticModel(syntax.SyntaxTree).GetDeclaredSymbol(syntax, token) is IParameterSymbol parameter
                    && (parameter.Type.IsModule() || IsCollection(parameter.Type))
                    && CapturedUses.Find(type, parameter, compilation, token).Any())
                {
                    yield return parameter;
                }
            }
        }
    }

    // What is put together from other members is registered through them.
    private static bool IsView(ISymbol member, Compilation compilation, CancellationToken token)
        => Creations.FindValues(member, compilation, token)
            .SelectMany(static value => value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
            .Any(name => compilation.GetSemanticModel(name.SyntaxTree).GetSymbolInfo(name, token).Symbol is { IsStatic: false } other and (IFieldSymbol or IPropertySymbol)
                && SymbolEqualityComparer.Default.Equals(other.ContainingType, member.ContainingType)
                && MemberReader.TypeOf(other).IsModule());

    private static bool HasRule(ISymbol member, ITypeSymbol type)
        => !(Annotations.Pruning(member).IsEmpty && Annotations.Match(member).IsEmpty && Annotations.Gradual(member) is null)
            && (!type.IsModule() || MemberReader.FindObstacle(member) is not null);

    // The compiler's name for the field behind a property cannot be written in C#, nor expected in a checkpoint.
    private static bool IsNameless(ISymbol member)
        => member is IPropertySymbol { IsStatic: false } property
            && property.ContainingType.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property)) is { } backing
            && !backing.GetAttributes().Any(static attribute => attribute.AttributeClass.HasMetadataName(KnownNames.ComponentName));
}
