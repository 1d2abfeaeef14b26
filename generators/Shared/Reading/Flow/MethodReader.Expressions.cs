using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Expressions whose value is a tensor, several of them, or made of them.</summary>
internal sealed partial class MethodReader
{
    /// <summary>An expression as what its type becomes.</summary>
    private FlowNode Read(IOperation operation, FlowType type) => type.Kind switch
    {
        FlowKind.Shape => Shape(operation),
        FlowKind.Size => Size(operation),
        FlowKind.Sizes => Sizes(operation),
        FlowKind.Shapes => Shapes(operation, type.Source),
        FlowKind.Tuple => Tuple(operation, type),
        FlowKind.Value => ReadValue(operation) ?? Dropped(operation) with { Text = "default" },
        _ => Dropped(operation),
    };

    private FlowNode Dropped(IOperation operation)
    {
        Escape(operation);

        return Nothing(PlaceOf(operation));
    }

    private static FlowNode Call(string name, FlowPlace place, params FlowNode[] arguments) => new(FlowOp.Call, name, arguments.ToEquatableArray(), place);

    /// <summary>An operation that hides the channels of what it is given.</summary>
    private static FlowNode Unknown(string what, FlowPlace place, IEnumerable<FlowNode> shapes) => Call("Unknown", place, [TextLiteral(what, place), .. shapes]);

    private FlowNode Shape(IOperation operation)
    {
        var place = PlaceOf(operation);

        switch (operation)
        {
            case { ConstantValue: { HasValue: true, Value: null } }:
                return new FlowNode(FlowOp.Null, "Shape", [], place);
            case IConversionOperation conversion when FlowTypes.IsTensor(conversion.Operand.Type) || conversion.Operand.IsNull():
                return Shape(conversion.Operand);
            case IConversionOperation:
                // A number that is taken as a tensor.
                return Call("Constant", place);
            case IParenthesizedOperation parenthesized:
                return Shape(parenthesized.Operand);
            case ILocalReferenceOperation or IParameterReferenceOperation:
                return ReadTensorVariable(SymbolOf(operation)!, place);
            case IConditionalAccessInstanceOperation when notNull.Count > 0:
                return notNull.Peek();
            case ISimpleAssignmentOperation assignment when KeptIn(assignment.Target) is { } kept:
                return Keep(kept, assignment, place);
            case ISimpleAssignmentOperation assignment when TargetOf(assignment.Target) is { } target:
                return new FlowNode(FlowOp.Assign, "", [target, Shape(assignment.Value)], place);
            case IBinaryOperation { LeftOperand: var left, RightOperand: var right } binary:
                return Arithmetic(binary.OperatorKind, left, right, place);
            case ICompoundAssignmentOperation assignment when TargetOf(assignment.Target) is { } target:
                return new FlowNode(FlowOp.Assign, "", [target, Arithmetic(assignment.OperatorKind, assignment.Target, assignment.Value, place)], place);
            case IUnaryOperation unary:
                return Shape(unary.Operand);
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return ReadChoice(conditional.Condition, conditional.WhenTrue, otherwise, place);
            case ISwitchExpressionOperation choice:
                return ReadSwitchExpression(choice);
            case ICoalesceOperation coalesce:
                return new FlowNode(FlowOp.Coalesce, "", [Shape(coalesce.Value), Shape(coalesce.WhenNull)], place);
            case IConditionalAccessOperation access:
                return ReadConditionalAccess(access, place);
            case IFieldReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: false } when TupleItem(operation) is { } item:
                return item;
            case IPropertyReferenceOperation { Instance: { } tensor, Property: { IsIndexer: true } } indexer when FlowTypes.IsTensor(tensor.Type):
                return ReadIndexer(tensor, indexer.Arguments.Select(static argument => argument.Value), place);
            case IPropertyReferenceOperation { Instance: { } tensor, Property: { Name: var name } } when FlowTypes.IsTensor(tensor.Type):
                return name switch
                {
                    "T" or "mT" or "mH" or "H" => Call("Transpose", place, Shape(tensor), Literal("-2", place), Literal("-1", place)),
                    "grad" or "data" or "real" => Shape(tensor),
                    _ => Unknown(name, place, [Shape(tensor)]),
                };
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list, Arguments: [{ Value: var index }] }:
                return ReadElement(list, index, place);
            case IArrayElementReferenceOperation { Indices: [var index] } element:
                return ReadElement(element.ArrayReference, index, place);
            case IImplicitIndexerReferenceOperation { Instance: { } list } element:
                return ReadElement(list, element.Argument, place);
            case IPropertyReferenceOperation property when OwnGetter(property) is { } getter:
                return getter;
            case IFieldReferenceOperation or IPropertyReferenceOperation:
                return ReadTensorMember(operation) ?? LostMember(operation);
            case IInvocationOperation { TargetMethod.Name: "Pop" or "Dequeue" or "Peek", Instance: { } container } invocation when IsList(container) && ListCall(invocation) is { } taken:
                return taken;
            case IInvocationOperation { TargetMethod.Name: "Aggregate" or "Last" or "First" or "Single" } invocation when ReadCall(invocation) is null && ReadLinq(invocation) is { } linq:
                return linq;
            case IInvocationOperation invocation:
                return ReadInvocation(invocation);
            case IObjectCreationOperation or IDefaultValueOperation:
                return Call("Constant", place);
            default:
                return Hidden(operation);
        }
    }

    // An expression that is not understood: it hides the tensors that it is made of, and gives whatever it likes.
    private FlowNode Hidden(IOperation operation)
    {
        Escape(operation, withTensors: false);
        var below = ShapesBelow(operation).ToArray();

        return below.Length == 0 ? Lost(operation) : Unknown(Abbreviate(operation.Syntax.ToString()), PlaceOf(operation), below);
    }

    // Of an object that is made on the way what it is made of is not followed either.
    private FlowNode LostMember(IOperation operation)
    {
        Escape((operation as IMemberReferenceOperation)?.Instance is { } instance and not IInstanceReferenceOperation ? instance : null);

        return Lost(operation);
    }

    private FlowNode ReadTensorVariable(ISymbol symbol, FlowPlace place)
        => IsCaptured(symbol) ? Call("Constant", place)
            : IsDeclared(symbol) ? Variable(symbol, place)
            : Call("Lost", place, TextLiteral($"'{symbol.Name}'", place));

    /// <summary>A tensor that comes from where it cannot be followed.</summary>
    private static FlowNode Lost(IOperation operation) => Call("Lost", PlaceOf(operation), TextLiteral($"'{Abbreviate(operation.Syntax.ToString())}'", PlaceOf(operation)));

    /// <summary>A known integer, as the index or dimension that it is used for.</summary>
    private FlowNode? Dimension(IOperation? operation) => operation is null || ReadValue(operation) is not { } value ? null
        : value.Op is FlowOp.Literal or FlowOp.ValueOfSize || value is { Op: FlowOp.Unary, Items: [{ Op: FlowOp.Literal }] } ? value
        : new FlowNode(FlowOp.Unary, "(int)", [value], value.Place);

    private FlowNode Join(FlowPlace place, params IOperation[] operands)
    {
        var shapes = operands.Where(static operand => FlowTypes.IsTensor(operand.Unwrap().Type)).Select(Shape).ToArray();

        return shapes switch
        {
            [] => Call("Constant", place),
            [var only] => only,
            _ => Call("Join", place, shapes),
        };
    }

    private FlowNode ReadChoice(IOperation condition, IOperation then, IOperation otherwise, FlowPlace place)
    {
        if (WithoutCache(condition) is { } holds)
        {
            return Shape(holds ? then : otherwise);
        }

        if (otherwise.Unwrap() is IThrowOperation || then.Unwrap() is IThrowOperation)
        {
            EscapeLayers(condition);
        }

        if (otherwise.Unwrap() is IThrowOperation)
        {
            return Shape(then);
        }

        if (then.Unwrap() is IThrowOperation)
        {
            return Shape(otherwise);
        }

        return ReadCondition(condition) is { } test
            ? new FlowNode(FlowOp.Conditional, "", [test, Shape(then), Shape(otherwise)], place)
            : Call("Either", place, Shape(then), Shape(otherwise));
    }

    private FlowNode ReadSwitchExpression(ISwitchExpressionOperation choice)
    {
        var place = PlaceOf(choice);
        var value = ReadCondition(choice.Value);
        FlowNode? chain = null;

        foreach (var arm in choice.Arms.Reverse().Where(static arm => arm.Value.Unwrap() is not IThrowOperation))
        {
            var result = Shape(arm.Value);
            Escape(arm.Guard);
            var test = value is not null && arm is { Guard: null, Pattern: IConstantPatternOperation { Value: var label } } && ReadValue(label) is { } known
                ? new FlowNode(FlowOp.Binary, "==", [value, known], place)
                : null;

            chain = chain is null ? result
                : test is null ? Call("Either", place, result, chain)
                : new FlowNode(FlowOp.Conditional, "", [test, result, chain], place);
        }

        return chain ?? Unknown("this switch", place, []);
    }

    /// <summary><c>a?.b(x)</c>: nothing where a is null.</summary>
    private FlowNode ReadConditionalAccess(IConditionalAccessOperation access, FlowPlace place)
    {
        var value = FlowTypes.IsTensor(access.Operation.Type) ? Shape(access.Operation) : ReadValue(access.Operation);

        if (value is null)
        {
            return Hidden(access);
        }

        var name = "item" + ++temporaries;
        notNull.Push(new FlowNode(FlowOp.Local, name, [], place));
        var result = Shape(access.WhenNotNull);
        notNull.Pop();

        return new FlowNode(FlowOp.IfNotNull, name, [value, result], place);
    }

    /// <summary>A parameter or buffer of a module.</summary>
    private FlowNode? ReadTensorMember(IOperation operation)
    {
        var (member, instance) = operation switch
        {
            IFieldReferenceOperation field => ((ISymbol)field.Field, field.Instance),
            IPropertyReferenceOperation property => (property.Property, property.Instance),
            _ => default,
        };

        if (member is null || instance?.Type is not INamedTypeSymbol type || !type.IsModule() || ReadValue(instance) is not { } holder)
        {
            return null;
        }

        var place = PlaceOf(operation);

        // The weight of one of TorchSharp's own layers, used directly.
        if (type.DeclaringSyntaxReferences.IsEmpty)
        {
            return Call(member.Name == "weight" && type.Name is "Linear" or "SparseLinear" or "Embedding" ? "Weight" : "Held", place, holder, TextLiteral(member.Name, place));
        }

        if (flow.IsAssigned(member))
        {
            return Call("Kept", place, [holder, TextLiteral(member.Name, place), .. flow.Access.Read(member, holder, place) is { } start ? [start] : Array.Empty<FlowNode>()]);
        }

        return flow.Access.Read(member, holder, place) is { } value ? new FlowNode(FlowOp.HeldTensor, member.Name, [holder, value], place) : null;
    }

    /// <summary>The item of a tuple: <c>pair.Item1</c>, by whatever name.</summary>
    private FlowNode? TupleItem(IOperation operation)
    {
        switch (operation)
        {
            case IFieldReferenceOperation { Instance: { Type: INamedTypeSymbol { IsTupleType: true } type } tuple, Field: var field }:
                var elements = type.TupleElements.ToList();
                var index = elements.FindIndex(element => element.Name == field.Name || element.CorrespondingTupleField?.Name == field.Name);

                return index < 0 ? null : new FlowNode(FlowOp.Item, "Item" + (index + 1), [Tuple(tuple, FlowTypes.Of(type))], PlaceOf(operation));
            case IPropertyReferenceOperation { Instance: { } tuple, Property.Name: var name } when FlowTypes.Of(tuple.Type).Kind == FlowKind.Tuple:
                return new FlowNode(FlowOp.Item, name, [Tuple(tuple, FlowTypes.Of(tuple.Type))], PlaceOf(operation));
            default:
                return null;
        }
    }

    private FlowNode Tuple(IOperation operation, FlowType type)
    {
        var place = PlaceOf(operation);

        switch (operation.Unwrap())
        {
            case ITupleOperation tuple:
                return new FlowNode(FlowOp.Tuple, "", tuple.Elements.Select((element, index) => Read(element, type.Items[index])).ToEquatableArray(), place);
            case ILocalReferenceOperation or IParameterReferenceOperation:
                return SymbolOf(operation.Unwrap()) is { } symbol && IsDeclared(symbol) ? Variable(symbol, place) : Default(type, Lost(operation), place);
            case IInvocationOperation invocation when ReadCall(invocation) is { } called:
                return called;
            case IPropertyReferenceOperation property when OwnGetter(property) is { } getter:
                return getter;
            case IConditionalOperation { WhenFalse: { } otherwise } conditional when WithoutCache(conditional.Condition) is { } holds:
                return Tuple(holds ? conditional.WhenTrue : otherwise, type);
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return ReadCondition(conditional.Condition) is { } test
                    ? new FlowNode(FlowOp.Conditional, "", [test, Tuple(conditional.WhenTrue, type), Tuple(otherwise, type)], place)
                    : Call("Either", place, Tuple(conditional.WhenTrue, type), Tuple(otherwise, type));
            case IInvocationOperation { TargetMethod: { Name: var name } called } invocation when FlowTypes.IsTensor(invocation.Instance?.Type) || IsTorch(called):
                // (values, indices) of max, topk, sort: the values and where they were.
                var source = TensorOperation(invocation, name is "max" or "min" or "median" ? "amax" : name);
                return source.Op == FlowOp.Tuple ? source : new FlowNode(FlowOp.Tuple, "", type.Items.Select(item => Default(item, source, place)).ToEquatableArray(), place);
            default:
                var hidden = Hidden(operation);
                return new FlowNode(FlowOp.Tuple, "", type.Items.Select(item => Default(item, hidden, place)).ToEquatableArray(), place);
        }
    }

    /// <summary>A value of a type, where all that is known is which shape it may have.</summary>
    private static FlowNode Default(FlowType type, FlowNode shape, FlowPlace place) => type.Kind switch
    {
        FlowKind.Shape => shape,
        FlowKind.Shapes => new FlowNode(FlowOp.Shapes, "", [shape], place),
        FlowKind.Size => Call("UnknownSize", place, TextLiteral("?", place)),
        FlowKind.Tuple => new FlowNode(FlowOp.Tuple, "", type.Items.Select(item => Default(item, shape, place)).ToEquatableArray(), place),
        _ => new FlowNode(FlowOp.Null, "", [], place),
    };

    private IEnumerable<FlowNode> ShapesBelow(IOperation operation)
        => operation.ChildOperations.SelectMany(child =>
            child.Unwrap() is { } found && FlowTypes.IsTensor(found.Type) ? [Shape(found)]
            : child is IAnonymousFunctionOperation ? []
            : ShapesBelow(child));
}
