using System.Globalization;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Sizes: integers as dimensions use them.</summary>
internal sealed partial class MethodReader
{
    /// <summary>An integer as a size. What cannot be followed is a size that nobody knows.</summary>
    private FlowNode Size(IOperation operation)
    {
        var place = PlaceOf(operation);

        if (operation.ConstantValue is { HasValue: true, Value: { } constant } && operation.Unwrap() is not (IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation)
            && constant is int or long or short or byte or uint)
        {
            return Number(Convert.ToInt64(constant, CultureInfo.InvariantCulture), place);
        }

        switch (operation)
        {
            case IConversionOperation conversion:
                return Size(conversion.Operand);
            case IParenthesizedOperation parenthesized:
                return Size(parenthesized.Operand);
            case ILocalReferenceOperation { Local: { HasConstantValue: true, ConstantValue: int or long } local }:
                return Number(Convert.ToInt64(local.ConstantValue, CultureInfo.InvariantCulture), place);
            case IParameterReferenceOperation { Parameter: var parameter } when numbers.Contains(parameter):
                return new FlowNode(FlowOp.SizeOfValue, "", [Variable(parameter, place)], place);
            case ILocalReferenceOperation or IParameterReferenceOperation when SymbolOf(operation) is { } symbol && !IsCaptured(symbol):
                return IsDeclared(symbol) ? Variable(symbol, place) : UnknownSize(operation);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } negative:
                return new FlowNode(FlowOp.Unary, "-", [Size(negative.Operand)], place);
            case IBinaryOperation binary when FlowTypes.IsInteger(binary.Type!):
                return Binary(binary.OperatorKind, Size(binary.LeftOperand), Size(binary.RightOperand), place);
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return ReadCondition(conditional.Condition) is { } test
                    ? new FlowNode(FlowOp.Conditional, "", [test, Size(conditional.WhenTrue), Size(otherwise)], place)
                    : UnknownSize(operation);
            case IArrayElementReferenceOperation { Indices: [var index] } element when ShapeDimension(element.ArrayReference, index, place) is { } dimension:
                return dimension;
            case IImplicitIndexerReferenceOperation { Argument: var index } element when ShapeDimension(element.Instance, index, place) is { } dimension:
                return dimension;
            case IArrayElementReferenceOperation { Indices: [var index] } element when FlowTypes.Of(element.ArrayReference.Type).Kind == FlowKind.Sizes && Dimension(index) is { } known:
                return new FlowNode(FlowOp.Index, "", [Read(element.ArrayReference, FlowTypes.Of(element.ArrayReference.Type)), known], place);
            case IInvocationOperation { TargetMethod.Name: "size", Instance: { } tensor, Arguments: [{ Value: var dim }] } when FlowTypes.IsTensor(tensor.Type) && Dimension(dim) is { } known:
                return Call("SizeAt", place, Shape(tensor), known);
            case IInvocationOperation { TargetMethod: { Name: "Min" or "Max", ContainingType.Name: "Math" } }:
                return UnknownSize(operation);
            case IInvocationOperation invocation when OwnFunction(invocation) is { } called:
                return called;
            case IPropertyReferenceOperation property when OwnGetter(property) is { } getter:
                return getter;
            case IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation when ReadMemberSize(operation, place) is { } member:
                return member;
            case { Type: not null } when FlowTypes.Of(operation.Type).Kind == FlowKind.Size && TupleItem(operation) is { } item:
                return item;
            default:
                return ReadValue(operation) is { } value ? new FlowNode(FlowOp.SizeOfValue, "", [value], place) : UnknownSize(operation);
        }
    }

    private static FlowNode Number(long value, FlowPlace place) => new(FlowOp.Number, value.ToString(CultureInfo.InvariantCulture), [], place);

    private FlowNode UnknownSize(IOperation operation)
    {
        Escape(operation);

        return Call("UnknownSize", PlaceOf(operation), TextLiteral(Abbreviate(operation.Syntax.ToString()), PlaceOf(operation)));
    }

    private FlowNode Binary(BinaryOperatorKind kind, FlowNode left, FlowNode right, FlowPlace place) => kind switch
    {
        BinaryOperatorKind.Multiply => new FlowNode(FlowOp.Binary, "*", [left, right], place),
        BinaryOperatorKind.Divide or BinaryOperatorKind.IntegerDivide => new FlowNode(FlowOp.Binary, "/", [left, right], place),
        BinaryOperatorKind.Add => new FlowNode(FlowOp.Binary, "+", [left, right], place),
        BinaryOperatorKind.Subtract => new FlowNode(FlowOp.Binary, "-", [left, right], place),
        BinaryOperatorKind.Remainder => new FlowNode(FlowOp.Binary, "%", [left, right], place),
        _ => Call("UnknownSize", place, TextLiteral(kind.ToString(), place)),
    };

    /// <summary><c>x.shape[i]</c>.</summary>
    private FlowNode? ShapeDimension(IOperation array, IOperation index, FlowPlace place)
    {
        if (array.Unwrap() is not { } shape || ShapeOf(shape) is not { } tensor)
        {
            return null;
        }

        return index.Unwrap() is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } fromEnd
            ? Dimension(fromEnd.Operand) is { } back ? Call("SizeAt", place, Shape(tensor), new FlowNode(FlowOp.Unary, "-", [back], place)) : null
            : Dimension(index) is { } front ? Call("SizeAt", place, Shape(tensor), front) : null;
    }

    /// <summary>The tensor whose shape an array of sizes is; null for any other.</summary>
    private IOperation? ShapeOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation { Local: var local } when shapeOf.Contains(local) => operation,
        IPropertyReferenceOperation { Property.Name: "shape", Instance: { } tensor } when FlowTypes.IsTensor(tensor.Type) => tensor,
        IInvocationOperation { TargetMethod.Name: "size", Instance: { } tensor, Arguments.IsEmpty: true } when FlowTypes.IsTensor(tensor.Type) => tensor,
        _ => null,
    };

    /// <summary>A number that a member holds: a count of a module changes with what it counts, a configuration may be that of others too.</summary>
    private FlowNode? ReadMemberSize(IOperation operation, FlowPlace place)
    {
        // A constant is a literal with a name.
        if (operation.ConstantValue is { HasValue: true, Value: int or long } constant)
        {
            return Number(Convert.ToInt64(constant.Value, CultureInfo.InvariantCulture), place);
        }

        var (member, instance, holder) = operation switch
        {
            IFieldReferenceOperation field => ((ISymbol)field.Field, ReadInstance(field), field.Instance?.Type as INamedTypeSymbol),
            IPropertyReferenceOperation property => (property.Property, ReadInstance(property), property.Instance?.Type as INamedTypeSymbol),
            IParameterReferenceOperation parameter => (parameter.Parameter, Self(place), parameter.Parameter.ContainingType),
            _ => default,
        };

        if (member is null || flow.Access.Read(member, instance, place) is not { } value)
        {
            return null;
        }

        if (holder is null || !holder.IsModule())
        {
            return new FlowNode(FlowOp.Fixed, member.Name, [value, .. ConstantOf(member, place)], place);
        }

        if (holder.DeclaringSyntaxReferences.IsEmpty)
        {
            return Call("WidthOf", place, instance!, TextLiteral(member.Name, place), value);
        }

        if (flow.Access.Write(member, instance, place) is null)
        {
            return new FlowNode(FlowOp.Fixed, member.Name, [value, .. ConstantOf(member, place)], place);
        }

        flow.Holders.AddCount(member, instance is { Op: FlowOp.Model } ? owner! : holder);

        return new FlowNode(FlowOp.Count, member.Name, [value, .. ConstantOf(member, place)], place);
    }

    private IEnumerable<FlowNode> ConstantOf(ISymbol member, FlowPlace place)
        => Constants.Read(member, flow.Compilation, flow.Token) is { } number ? [Number(number, place)] : [];

    /// <summary>Several integers: the sizes of a view.</summary>
    private FlowNode Sizes(IOperation operation)
    {
        var place = PlaceOf(operation);

        return operation.Unwrap() switch
        {
            var found when ShapeOf(found) is { } tensor => Call("Sizes", place, Shape(tensor)),
            ILocalReferenceOperation or IParameterReferenceOperation when SymbolOf(operation.Unwrap()) is { } symbol && !IsCaptured(symbol)
                => IsDeclared(symbol) ? Variable(symbol, place) : Call("UnknownSizes", place),
            var found when ShapePart(found) is { } part => part,
            IArrayCreationOperation { Initializer: { } initializer } => new FlowNode(FlowOp.Sizes, "", initializer.ElementValues.Select(Size).ToEquatableArray(), place),
            ICollectionExpressionOperation collection => new FlowNode(
                FlowOp.Sizes,
                "",
                collection.Elements.Select(element => element is ISpreadOperation spread ? new FlowNode(FlowOp.Unary, "..", [Sizes(spread.Operand)], place) : Size(element)).ToEquatableArray(),
                place),
            var found when ReadValue(found) is { } value => Call("Sizes", place, value),
            _ => Call("UnknownSizes", place),
        };
    }

    /// <summary>Some of the sizes of a tensor: <c>x.shape[..^1]</c>, <c>x.shape.Take(2)</c>; null for anything else.</summary>
    private FlowNode? ShapePart(IOperation operation)
    {
        var place = PlaceOf(operation);

        return operation switch
        {
            IInvocationOperation { TargetMethod: { Name: "ToArray" or "ToList" or "AsSpan", ContainingNamespace.Name: "Linq" or "System" }, Arguments: [{ Value: var whole }] }
                => ShapePart(whole.Unwrap()) ?? (ShapeOf(whole.Unwrap()) is { } tensor ? Call("Sizes", place, Shape(tensor)) : null),
            IArrayElementReferenceOperation { Indices: [IRangeOperation range], ArrayReference: var array } => Between(array, range),
            IImplicitIndexerReferenceOperation { Argument: IRangeOperation range, Instance: var array } => Between(array, range),
            IInvocationOperation { TargetMethod: { Name: ("Take" or "Skip" or "SkipLast" or "TakeLast") and var name, ContainingNamespace.Name: "Linq" }, Arguments: [{ Value: var array }, { Value: { ConstantValue: { HasValue: true, Value: int count } } }] }
                when ShapeOf(array.Unwrap()) is { } tensor
                => name switch
                {
                    "Take" => Sizes(tensor, 0, count, false),
                    "Skip" => Sizes(tensor, count, 0, true),
                    "SkipLast" => Sizes(tensor, 0, -count, true),
                    _ => Sizes(tensor, -count, 0, true),
                },
            _ => null,
        };

        FlowNode? Between(IOperation array, IRangeOperation range)
            => ShapeOf(array.Unwrap()) is { } tensor && Bound(range.LeftOperand) is var (start, isStartFromEnd) && Bound(range.RightOperand) is var (stop, isStopFromEnd)
                ? Sizes(tensor, isStartFromEnd ? -start : start, range.RightOperand is null ? 0 : isStopFromEnd ? -stop : stop, range.RightOperand is null || isStopFromEnd)
                : null;

        FlowNode Sizes(IOperation tensor, int start, int stop, bool isStopFromEnd)
            => Call("SizesBetween", place, Shape(tensor), Literal($"{start}", place), Literal($"{stop}", place), Literal(isStopFromEnd ? "true" : "false", place));

        static (int At, bool IsFromEnd)? Bound(IOperation? bound) => bound?.Unwrap() switch
        {
            null => (0, false),
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat, Operand.ConstantValue: { HasValue: true, Value: int back } } => (back, true),
            { ConstantValue: { HasValue: true, Value: int at } } => (at, false),
            _ => null,
        };
    }
}
