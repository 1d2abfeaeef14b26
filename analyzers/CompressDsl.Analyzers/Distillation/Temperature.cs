using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>What logits are divided by before a softmax.</summary>
/// <param name="Symbol">The variable, parameter, field or property that holds it; null where it is written as a number.</param>
/// <param name="Value">The number; null where the code does not say it.</param>
internal sealed record Temperature(ISymbol? Symbol, double? Value)
{
    /// <summary>What it is called in the source.</summary>
    public string Name => Symbol?.Name ?? Value!.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The temperature of softened probabilities, or of their logarithms; null where there is none, or where it is 1.</summary>
    public static Temperature? Of(IOperation probabilities)
    {
        if (SoftmaxCall.Read(TensorSource.Of(probabilities)) is not { } softmax || DivisorOf(TensorSource.Of(softmax.Input)) is not { } divisor)
        {
            return null;
        }

        var temperature = new Temperature(SymbolOf(divisor), NumberOf(divisor));
        return temperature is { Symbol: null, Value: null } or { Value: 1 } ? null : temperature;
    }

    /// <summary>The variable behind an expression; null for any other one.</summary>
    public static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
        IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation } property => property.Property,
        IConversionOperation conversion => SymbolOf(conversion.Operand),
        _ => null,
    };

    public bool IsSameAs(Temperature other) => Symbol is null ? other.Symbol is null && Value == other.Value : SymbolEqualityComparer.Default.Equals(Symbol, other.Symbol);

    /// <summary>Whether a method does more with it than divide by it: then nobody can tell whether that makes up for the division.</summary>
    public bool IsUsedOtherwise(IOperation root)
        => root.Descendants().Any(operation => Symbol is not null
            ? operation is not IConversionOperation && SymbolEqualityComparer.Default.Equals(SymbolOf(operation), Symbol) && !IsDivisor(operation)
            : operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product
                && (IsSquare(NumberOf(product.LeftOperand)) || IsSquare(NumberOf(product.RightOperand))));

    private bool IsSquare(double? number) => number is { } given && Math.Abs(given - (Value!.Value * Value.Value)) < 1e-9;

    private static bool IsDivisor(IOperation operation)
    {
        var used = operation;

        while (used.Parent is IConversionOperation conversion)
        {
            used = conversion;
        }

        return used.Parent switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } division => ReferenceEquals(division.RightOperand, used),
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "div" } } => true,
            _ => false,
        };
    }

    private static IOperation? DivisorOf(IOperation logits) => logits switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } division when TensorSource.IsTensor(division.LeftOperand) => division.RightOperand,
        IInvocationOperation { TargetMethod.Name: "div", Instance: not null, Arguments: [var first, ..] } => first.Value,
        _ => null,
    };

    private static double? NumberOf(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: var value }
        ? value switch
        {
            int number => number,
            long number => number,
            float number => number,
            double number => number,
            _ => null,
        }
        : operation is IConversionOperation conversion ? NumberOf(conversion.Operand) : null;
}
