using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Variables: what they are declared with, and what they are assigned.</summary>
internal sealed partial class MethodReader
{
    private IEnumerable<FlowNode> ReadDeclarator(IVariableDeclaratorOperation declarator)
    {
        var (symbol, place) = (declarator.Symbol, PlaceOf(declarator));
        var value = declarator.GetVariableInitializer()?.Value;
        var type = FlowTypes.Of(symbol.Type);

        if (LambdaOf(value) is { } lambda)
        {
            return [ReadLocalFunction(symbol, lambda)];
        }

        if (value is not null && ShapeOf(value.Unwrap()) is { } tensor && !IsAssignedLater(symbol))
        {
            shapeOf.Add(symbol);

            return [Declare(symbol, FlowType.Shape, Shape(tensor), place)];
        }

        switch (type.Kind)
        {
            case FlowKind.Nothing:
                return [];
            case FlowKind.Value:
                if (value is not null && ReadValue(value) is { } known)
                {
                    return [Declare(symbol, type, known, place)];
                }

                unknown.Add(symbol);
                return [];
            default:
                if (type.Kind == FlowKind.Size && value is not null && ReadValue(value) is null)
                {
                    unknown.Add(symbol);
                }

                return [Declare(symbol, type, value is null ? null : Read(value, type), place)];
        }
    }

    private static FlowNode Declare(ISymbol symbol, FlowType type, FlowNode? value, FlowPlace place)
        => new(FlowOp.Declare, symbol.EscapedName(), value is null ? [] : [value], place, type);

    private bool IsAssignedLater(ISymbol symbol)
        => whole?.Descendants().OfType<IAssignmentOperation>().Any(assignment => SymbolEqualityComparer.Default.Equals(SymbolOf(assignment.Target), symbol)) == true;

    private IEnumerable<FlowNode> ReadExpressionStatement(IOperation operation)
    {
        var place = PlaceOf(operation);

        switch (operation)
        {
            case ISimpleAssignmentOperation assignment when TargetOf(assignment.Target) is { } target:
                var type = FlowTypes.Of(assignment.Target.Type);
                return type.Kind is FlowKind.Nothing or FlowKind.Value ? [] : Assign(target, Read(assignment.Value, type), place);
            case ICompoundAssignmentOperation assignment when TargetOf(assignment.Target) is { } target:
                return FlowTypes.Of(assignment.Target.Type).Kind switch
                {
                    FlowKind.Shape => Assign(target, Join(place, assignment.Target, assignment.Value), place),
                    FlowKind.Size => Assign(target, Binary(assignment.OperatorKind, target, Size(assignment.Value), place), place),
                    _ => [],
                };
            case ICoalesceAssignmentOperation assignment when TargetOf(assignment.Target) is { } target && FlowTypes.IsTensor(assignment.Target.Type):
                return Assign(target, new FlowNode(FlowOp.Coalesce, "", [target, Shape(assignment.Value)], place), place);
            case IIncrementOrDecrementOperation step when TargetOf(step.Target) is { } target && FlowTypes.Of(step.Target.Type).Kind == FlowKind.Size:
                return Assign(target, new FlowNode(FlowOp.Binary, step.Kind == OperationKind.Increment ? "+" : "-", [target, Number(1, place)], place), place);
            case IDeconstructionAssignmentOperation deconstruction:
                return [ReadDeconstruction(deconstruction)];
            case IInvocationOperation { Instance: { } instance } invocation when TargetOf(instance) is { } target && FlowTypes.IsTensor(instance.Type) && IsInPlace(invocation):
                return Assign(target, Shape(invocation), place);
            case IInvocationOperation { Instance: { } instance } invocation when FlowTypes.Of(instance.Type) is { Kind: FlowKind.Shapes, Source.Length: > 0 }:
                return [Statement(FlowOp.Do, place, ListCall(invocation))];
            case IInvocationOperation invocation when FlowTypes.Of(invocation.Type).Kind is FlowKind.Shape or FlowKind.Tuple or FlowKind.Shapes:
                return [Statement(FlowOp.Do, place, Read(invocation, FlowTypes.Of(invocation.Type)))];
            default:
                return [];
        }
    }

    // In place: the variable is what comes out, as far as channels go.
    private static bool IsInPlace(IInvocationOperation invocation) => invocation.TargetMethod.Name.EndsWith("_", StringComparison.Ordinal);

    // x = relu(x) says nothing about channels.
    private static FlowNode[] Assign(FlowNode target, FlowNode value, FlowPlace place)
        => value == target ? [] : [Statement(FlowOp.Assign, place, target, value)];

    private FlowNode ReadDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        var place = PlaceOf(deconstruction);
        var isDeclaration = deconstruction.Target is IDeclarationExpressionOperation;
        var target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        var elements = target is ITupleOperation tuple ? tuple.Elements : [];
        var types = elements.Select(static element => FlowTypes.Of(element.Type)).ToArray();
        var values = deconstruction.Value.Unwrap() is ITupleOperation given ? given.Elements : default;
        var names = elements.Select(NameOf).ToArray();

        return new FlowNode(FlowOp.Deconstruct, "", [.. names, Read(deconstruction.Value, new FlowType(FlowKind.Tuple, types.ToEquatableArray(), ""))], place);

        FlowNode NameOf(IOperation element, int index)
        {
            var inner = element is IDeclarationExpressionOperation declared ? declared.Expression : element;
            var isNew = isDeclaration || element is IDeclarationExpressionOperation || inner is ILocalReferenceOperation { IsDeclaration: true };

            // A number that only a call knows is still a size; it can steer nothing.
            if (inner is ILocalReferenceOperation variable && (types[index].Kind is FlowKind.Nothing or FlowKind.Value || values.IsDefault || ReadValue(values[index]) is null))
            {
                unknown.Add(variable.Local);
            }

            return types[index].Kind is FlowKind.Nothing or FlowKind.Value ? new FlowNode(FlowOp.Local, "_", [], place)
                : inner is ILocalReferenceOperation local && isNew ? new FlowNode(FlowOp.Local, "var " + local.Local.EscapedName(), [], place)
                : TargetOf(inner) ?? new FlowNode(FlowOp.Local, "_", [], place);
        }
    }

    /// <summary>What can be assigned: a variable, or an item of an array of tensors.</summary>
    private FlowNode? TargetOf(IOperation target) => SymbolOf(target) is { } symbol
        ? new FlowNode(FlowOp.Local, symbol.EscapedName(), [], PlaceOf(target))
        : target is IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true } && FlowTypes.IsTensor(target.Type)
            && !FlowTypes.IsTensor((target as IPropertyReferenceOperation)?.Instance?.Type)
            ? Shape(target)
            : null;
}
