using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>Leads from an expression back to what made its value.</summary>
internal static class TensorSource
{
    private static readonly ImmutableHashSet<string> KeepValues =
        ["detach", "clone", "alias", "contiguous", "to", "cpu", "cuda", "@float", "float", "@double", "double", "to_type", "MoveToOuterDisposeScope", "DetachFromDisposeScope"];

    /// <summary>
    /// The operation behind a value: through conversions, calls that give the same numbers, and variables of the method that are set once. The operation itself
    /// where there is nothing to go through.
    /// </summary>
    public static IOperation Of(IOperation value) => value switch
    {
        IConversionOperation conversion => Of(conversion.Operand),
        IInvocationOperation { Instance: { } instance, TargetMethod: var method } when KeepValues.Contains(method.Name) && method.ContainingType.HasMetadataName(KnownNames.Tensor)
            => Of(instance),
        ILocalReferenceOperation local when OnlyValueOf(local) is { } only => Of(only),
        _ => value,
    };

    /// <summary>As <see cref="Of"/>, and through a division or multiplication by a number: the logits under a temperature.</summary>
    public static IOperation OfScaled(IOperation value) => Of(value) switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.Multiply } scaled when IsTensor(scaled.LeftOperand) && !IsTensor(scaled.RightOperand)
            => OfScaled(scaled.LeftOperand),
        IInvocationOperation { TargetMethod.Name: "div" or "mul", Instance: { } instance } call when IsTensor(instance) && call.Arguments.Any(static argument => !IsTensor(argument.Value))
            => OfScaled(instance),
        var source => source,
    };

    /// <summary>Whether an expression is a tensor as it is written, before it is converted to anything.</summary>
    public static bool IsTensor(IOperation value) => value is IConversionOperation { IsImplicit: true } conversion
        ? IsTensor(conversion.Operand)
        : value.Type.HasMetadataName(KnownNames.Tensor);

    /// <summary>The method, accessor or initializer around an operation, with the lambdas in it.</summary>
    public static IOperation Root(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>What a variable is declared with, where nothing else is ever put into it.</summary>
    private static IOperation? OnlyValueOf(ILocalReferenceOperation local)
    {
        IOperation? value = null;

        foreach (var operation in Root(local).Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when SymbolEqualityComparer.Default.Equals(declarator.Symbol, local.Local):
                    value = declarator.GetVariableInitializer()?.Value;
                    break;
                case ILocalReferenceOperation other when SymbolEqualityComparer.Default.Equals(other.Local, local.Local) && IsWritten(other):
                    return null;
            }
        }

        return value;
    }

    private static bool IsWritten(ILocalReferenceOperation local) => local.Parent switch
    {
        IAssignmentOperation assignment => ReferenceEquals(assignment.Target, local),
        IIncrementOrDecrementOperation => true,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } => true,
        ITupleOperation { Parent: IDeconstructionAssignmentOperation } => true,
        _ => false,
    };
}
