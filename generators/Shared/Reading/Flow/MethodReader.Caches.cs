using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>
/// Tests whether there is a cache of keys and values. One is there only while KeyValueCache runs the model, and what goes on from it is what would come without: the way
/// without it is all that is read.
/// </summary>
internal sealed partial class MethodReader
{
    /// <summary>Of a condition that asks whether there is a cache, what it is where there is none; null for any other condition.</summary>
    private static bool? WithoutCache(IOperation condition) => condition.Unwrap() switch
    {
        IIsPatternOperation { Value: var cache, Pattern: var pattern } when IsCache(cache) => pattern switch
        {
            IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null } } => true,
            INegatedPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null } } }
                or IDeclarationPatternOperation { MatchesNull: false }
                or IRecursivePatternOperation => false,
            _ => null,
        },
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, LeftOperand: var left, RightOperand: var right } test
            when (left.IsNull() && IsCache(right)) || (right.IsNull() && IsCache(left)) => test.OperatorKind == BinaryOperatorKind.Equals,
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var other } => !WithoutCache(other),
        _ => null,
    };

    private static bool IsCache(IOperation value) => value.Unwrap().Type?.HasMetadataName(KnownNames.ModuleCache) == true;
}
