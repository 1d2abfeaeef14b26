using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Several tensors: arrays, lists, what LINQ makes of them.</summary>
internal sealed partial class MethodReader
{
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
}
