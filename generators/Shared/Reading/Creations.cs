using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>An expression that creates a layer: <c>Linear(…)</c> and its like of <c>torch.nn</c>, or <c>new SparseLinear(…)</c>.</summary>
/// <param name="Expression">The expression.</param>
/// <param name="Method">The factory or constructor.</param>
/// <param name="Arguments">What it is given, as written.</param>
/// <param name="Model">Knows the meaning of the expression.</param>
internal sealed record Creation(ExpressionSyntax Expression, IMethodSymbol Method, SeparatedSyntaxList<ArgumentSyntax> Arguments, SemanticModel Model)
{
    /// <summary>The expression of an argument, whether named or by its place; null where it is left out.</summary>
    public ExpressionSyntax? Argument(string parameter)
    {
        for (var i = 0; i < Arguments.Count; i++)
        {
            if (NameOf(i) == parameter)
            {
                return Arguments[i].Expression;
            }
        }

        return null;
    }

    /// <summary>The name of the parameter that an argument is for.</summary>
    public string NameOf(int argument)
        => Arguments[argument].NameColon?.Name.Identifier.ValueText ?? Method.Parameters.ElementAtOrDefault(argument)?.Name ?? "";
}

/// <summary>Finds what the code of a class puts into one of its members.</summary>
internal static class Creations
{
    /// <summary>
    /// One item for every value that the class puts into the member: the creation of a layer, or null where it is something else.
    /// </summary>
    public static IEnumerable<Creation?> Find(ISymbol member, Compilation compilation, CancellationToken token)
        => FindValues(member, compilation, token)
            .Select(value => Read(value, compilation.GetSemanticModel(value.SyntaxTree), token));

    /// <summary>What an expression creates, as far as it is the creation of a layer.</summary>
    public static Creation? Read(ExpressionSyntax value, SemanticModel model, CancellationToken token)
    {
        var expression = Unwrap(value);
        var arguments = expression switch
        {
            InvocationExpressionSyntax invocation => invocation.ArgumentList,
            BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
            _ => null,
        };

        return arguments is not null && model.GetSymbolInfo(expression, token).Symbol is IMethodSymbol method && IsFactory(method)
            ? new Creation(expression, method, arguments.Arguments, model)
            : null;
    }

    private static ExpressionSyntax Unwrap(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax parenthesized => Unwrap(parenthesized.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => Unwrap(suppressed.Operand),
        _ => value,
    };

    private static bool IsFactory(IMethodSymbol method)
        => method.MethodKind == MethodKind.Constructor
            ? method.ContainingType.HasMetadataName(KnownNames.SparseLinear)
            : method.ContainingType.HasMetadataName(KnownNames.LayerFactories) && method.ReturnType.IsModule();

    /// <summary>Every value that the class puts into the member.</summary>
    public static IEnumerable<ExpressionSyntax> FindValues(ISymbol member, Compilation compilation, CancellationToken token)
    {
        foreach (var declaration in WrittenCode.Of(member, compilation, token))
        {
            var value = declaration switch
            {
                VariableDeclaratorSyntax { Initializer.Value: { } initializer } => initializer,
                PropertyDeclarationSyntax { Initializer.Value: { } initializer } => initializer,
                _ => null,
            };

            if (value is not null)
            {
                yield return value;
            }
        }

        foreach (var assignment in WrittenCode.FindAssignments(member.ContainingType, compilation, token))
        {
            if (Assigns(assignment.Left, member, compilation, token))
            {
                yield return assignment.Right;
            }
        }
    }

    // A tuple on the left assigns the member too; its right side is then no creation, and nothing is proved.
    private static bool Assigns(ExpressionSyntax target, ISymbol member, Compilation compilation, CancellationToken token)
    {
        var name = target switch
        {
            IdentifierNameSyntax identifier => identifier.Identifier,
            MemberAccessExpressionSyntax access => access.Name.Identifier,
            _ => default,
        };

        return target is TupleExpressionSyntax tuple
            ? tuple.Arguments.Any(argument => Assigns(argument.Expression, member, compilation, token))
            : name.ValueText == member.Name
                && compilation.GetSemanticModel(target.SyntaxTree).GetSymbolInfo(target, token).Symbol is { } assigned
                && SymbolEqualityComparer.Default.Equals(assigned.OriginalDefinition, member.OriginalDefinition);
    }
}
