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
                return ReadTensorMember(operation) ?? Lost(operation);
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

    private FlowNode ReadElement(IOperation list, IOperation index, FlowPlace place)
    {
        if (FlowTypes.Of(list.Type).Kind != FlowKind.Shapes)
        {
            return Call("Lost", place, TextLiteral($"'{Abbreviate(list.Syntax.ToString())}'", place));
        }

        var isFromEnd = index.Unwrap() is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat };
        var items = Shapes(list, FlowTypes.Of(list.Type).Source);

        // What nobody follows has no items of its own.
        if (items is { Op: FlowOp.Shapes or FlowOp.List, Items: { Count: 1 } only } && only[0] is { Op: FlowOp.Call, Text: "Lost" or "Unknown" } hidden)
        {
            Escape(index);

            return hidden;
        }

        // There may be fewer than the code that is not taken asks for.
        if (SymbolOf(list.Unwrap()) is IParameterSymbol && Dimension(isFromEnd ? ((IUnaryOperation)index.Unwrap()).Operand : index) is { } number)
        {
            return Call("ItemOf", place, items, isFromEnd ? new FlowNode(FlowOp.Unary, "-", [number], place) : number);
        }

        return Dimension(isFromEnd ? ((IUnaryOperation)index.Unwrap()).Operand : index) is { } known
            ? new FlowNode(FlowOp.Index, isFromEnd ? "^" : "", [items, known], place)
            : Scattered(list, index, place);
    }

    // Any of the list: nobody knows which.
    private FlowNode Scattered(IOperation list, IOperation index, FlowPlace place)
    {
        Escape(list);
        Escape(index);

        return Call("Lost", place, TextLiteral($"'{Abbreviate(index.Syntax.Parent?.ToString() ?? "")}'", place));
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

    private FlowNode Shapes(IOperation operation, string container)
    {
        var place = PlaceOf(operation);

        switch (operation.Unwrap())
        {
            case ILocalReferenceOperation or IParameterReferenceOperation:
                return SymbolOf(operation.Unwrap()) is { } symbol && IsDeclared(symbol) && !IsCaptured(symbol)
                    ? Variable(symbol, place)
                    : new FlowNode(container.Length == 0 ? FlowOp.Shapes : FlowOp.List, container, [Lost(operation)], place);
            case IArrayCreationOperation { Initializer: { } initializer }:
                return new FlowNode(FlowOp.Shapes, "", initializer.ElementValues.Select(Shape).ToEquatableArray(), place);
            case ICollectionExpressionOperation collection:
                var items = collection.Elements.Select(element => element is ISpreadOperation spread
                    ? new FlowNode(FlowOp.Unary, "..", [Shapes(spread.Operand, "")], place)
                    : Shape(element));
                return new FlowNode(container.Length == 0 ? FlowOp.Shapes : FlowOp.List, container, items.ToEquatableArray(), place);
            case IObjectCreationOperation creation when container.Length > 0:
                var initial = (creation.Initializer?.Initializers ?? []).OfType<IInvocationOperation>().SelectMany(static add => add.Arguments).Select(argument => Shape(argument.Value));
                var copied = creation.Arguments.Where(static argument => FlowTypes.Of(argument.Value.Unwrap().Type).Kind == FlowKind.Shapes)
                    .Select(argument => new FlowNode(FlowOp.Unary, "..", [Shapes(argument.Value, "")], place));
                return new FlowNode(FlowOp.List, container, [.. copied, .. initial], place);
            case IInvocationOperation { TargetMethod.Name: "ToArray" or "ToList" or "AsEnumerable" or "Reverse" or "AsSpan" } invocation
                when invocation.Instance is null ? invocation.Arguments is [_] : FlowTypes.Of(invocation.Instance.Type).Kind == FlowKind.Shapes:
                var listed = invocation.Instance ?? invocation.Arguments[0].Value;
                return new FlowNode(FlowOp.ListCall, "Linq." + invocation.TargetMethod.Name, [Shapes(listed, FlowTypes.Of(listed.Type).Source)], place);
            case IInvocationOperation invocation when ReadCall(invocation) is { } called:
                return called;
            case IInvocationOperation { TargetMethod.Name: "Select" } invocation when ReadLinq(invocation) is { } mapped:
                return new FlowNode(FlowOp.Static, "global::System.Linq.Enumerable.ToArray", [mapped], place);
            case IInvocationOperation invocation:
                return TensorOperation(invocation, invocation.TargetMethod.Name);
            case IConditionalOperation { WhenFalse: { } otherwise } conditional when ReadCondition(conditional.Condition) is { } test:
                return new FlowNode(FlowOp.Conditional, "", [test, Shapes(conditional.WhenTrue, container), Shapes(otherwise, container)], place);
            case IConditionalOperation { WhenFalse: { } otherwise } conditional when container.Length == 0:
                Escape(conditional.Condition);
                return Call("Either", place, Shapes(conditional.WhenTrue, container), Shapes(otherwise, container));
            case var tuple when TupleItem(tuple) is { } item:
                return item;
            default:
                return new FlowNode(container.Length == 0 ? FlowOp.Shapes : FlowOp.List, container, [Hidden(operation)], place);
        }
    }

    /// <summary>A function of LINQ that is given a list of modules or tensors and a lambda that makes tensors; null for any other.</summary>
    private FlowNode? ReadLinq(IInvocationOperation invocation)
    {
        if (invocation.TargetMethod.ContainingNamespace?.ToDisplayString() != "System.Linq")
        {
            return null;
        }

        var arguments = ArgumentsOf(invocation)
            .Select(argument => argument.Type?.TypeKind == TypeKind.Delegate ? ReadLambda(argument, asValue: false)
                : FlowTypes.Of(argument.Unwrap().Type) is { Kind: FlowKind.Shape or FlowKind.Shapes or FlowKind.Tuple } type ? Read(argument, type)
                : ReadValue(argument))
            .ToArray();

        return arguments.Contains(null)
            ? null
            : new FlowNode(FlowOp.Static, "global::System.Linq.Enumerable." + invocation.TargetMethod.Name, arguments.Select(static argument => argument!).ToEquatableArray(), PlaceOf(invocation));
    }

    /// <summary>A lambda of one expression; null for any other, and where it, as a value, is not known before a call.</summary>
    private FlowNode? ReadLambda(IOperation argument, bool asValue)
    {
        if (argument.Unwrap() is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol: { IsAsync: false } symbol, Body: var body } })
        {
            return null;
        }

        if (body.Operations is not [IReturnOperation { ReturnedValue: { } value }])
        {
            return null;
        }

        var reader = new MethodReader(flow, symbol, owner, known);
        reader.unknown.UnionWith(unknown);
        reader.shapeOf.UnionWith(shapeOf);
        reader.numbers.UnionWith(numbers);
        reader.declared.UnionWith(declared);
        reader.numbers.UnionWith(symbol.Parameters.Where(static parameter => FlowTypes.IsInteger(parameter.Type)));
        var parameters = symbol.Parameters.Select(static parameter => Declare(
            parameter, FlowTypes.IsInteger(parameter.Type) ? new FlowType(FlowKind.Value, [], parameter.Type.ToSource()) : FlowTypes.Of(parameter.Type), null, default));

        return (asValue ? reader.ReadValue(value) : reader.Read(value, FlowTypes.Of(symbol.ReturnType))) is { } read && reader.pending.Count == 0
            ? new FlowNode(FlowOp.Lambda, "", [.. parameters, read], PlaceOf(argument))
            : null;
    }

    /// <summary>A method of a list of tensors that the user keeps.</summary>
    private FlowNode? ListCall(IInvocationOperation invocation)
    {
        if (invocation.TargetMethod.Name is not ("Add" or "AddRange" or "Clear" or "Dequeue" or "Enqueue" or "Insert" or "Peek" or "Pop" or "Push" or "RemoveAt")
            || invocation.Arguments.Any(argument => FlowTypes.IsInteger(argument.Value.Type!) && ReadValue(argument.Value) is null))
        {
            return null;
        }

        var type = FlowTypes.Of(invocation.Instance!.Type);
        var arguments = invocation.Arguments.Select(argument => Read(argument.Value, FlowTypes.Of(argument.Value.Type) is { Kind: FlowKind.Size } ? new FlowType(FlowKind.Value, [], "int") : FlowTypes.Of(argument.Value.Type)));

        return new FlowNode(FlowOp.ListCall, invocation.TargetMethod.Name, [Shapes(invocation.Instance, type.Source), .. arguments], PlaceOf(invocation));
    }

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

    private IEnumerable<FlowNode> ShapesBelow(IOperation operation)
        => operation.ChildOperations.SelectMany(child =>
            child.Unwrap() is { } found && FlowTypes.IsTensor(found.Type) ? [Shape(found)]
            : child is IAnonymousFunctionOperation ? []
            : ShapesBelow(child));
}
