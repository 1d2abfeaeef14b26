using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Questions about operations that Roslyn does not answer in one call.</summary>
internal static class OperationExtensions
{
    /// <summary>An operation without the conversions and parentheses around it.</summary>
    public static IOperation Unwrap(this IOperation operation) => operation switch
    {
        IConversionOperation conversion => conversion.Operand.Unwrap(),
        IParenthesizedOperation parenthesized => parenthesized.Operand.Unwrap(),
        _ => operation,
    };

    /// <summary>Whether an operation is the literal null.</summary>
    public static bool IsNull(this IOperation operation) => operation.Unwrap().ConstantValue is { HasValue: true, Value: null };
}
