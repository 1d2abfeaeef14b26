using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>Whole numbers that the code says, and that nothing else can change.</summary>
internal static class Constants
{
    /// <summary>The value of an expression; null where it is no constant.</summary>
    public static long? Read(ExpressionSyntax expression, SemanticModel model, CancellationToken token)
        => model.GetConstantValue(expression, token) is { HasValue: true, Value: var value } ? ToNumber(value) : null;

    /// <summary>The value of a field or property: where everything that its class puts into it is the same constant, and nobody else can.</summary>
    public static long? Read(ISymbol member, Compilation compilation, CancellationToken token)
    {
        if (member is IFieldSymbol { HasConstantValue: true, ConstantValue: var constant })
        {
            return ToNumber(constant);
        }

        var values = IsOwn(member)
            ? Creations.FindValues(member, compilation, token).Select(value => Read(value, compilation.GetSemanticModel(value.SyntaxTree), token)).Distinct().ToArray()
            : [];

        return values is [var only] ? only : null;
    }

    /// <summary>Whether nobody but its class can put something into a field or property.</summary>
    public static bool IsOwn(ISymbol member) => member switch
    {
        IFieldSymbol field => field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private,
        IPropertySymbol property => MemberReader.IsAutoProperty(property) && property.SetMethod is null or { DeclaredAccessibility: Accessibility.Private },
        _ => false,
    };

    private static long? ToNumber(object? value) => value switch
    {
        long number => number,
        int number => number,
        uint number => number,
        short number => number,
        ushort number => number,
        byte number => number,
        sbyte number => number,
        _ => null,
    };
}
