using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>Tells which methods are part of making an object.</summary>
internal static class ConstructorCalls
{
    /// <summary>Whether a constructor of its class names a method that only the class can call.</summary>
    public static bool Reach(IMethodSymbol method, CancellationToken token)
        => method is { DeclaredAccessibility: Accessibility.Private, MethodKind: MethodKind.Ordinary }
            && method.ContainingType.InstanceConstructors
                .SelectMany(static constructor => constructor.DeclaringSyntaxReferences)
                .Select(reference => reference.GetSyntax(token))
                .OfType<ConstructorDeclarationSyntax>()
                .SelectMany(static constructor => constructor.DescendantNodes().OfType<InvocationExpressionSyntax>())
                .Any(call => FusionReader.NameOf(call) == method.Name);
}
