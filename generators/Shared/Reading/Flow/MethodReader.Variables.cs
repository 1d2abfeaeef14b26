using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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

        // Another name for a variable: neither is followed from here on.
        if (symbol.IsRef)
        {
            Escape(value);
            _ = value is not null && SymbolOf(value.Unwrap()) is { } aliased && declared.Remove(aliased);

            return [];
        }

        if (LambdaOf(value) is { } lambda)
        {
            return [ReadLocalFunction(symbol, lambda)];
        }

        if (value is not null && ShapeOf(value.Unwrap()) is { } tensor && !IsAssignedLater(symbol))
        {
            shapeOf.Add(symbol);
            declared.Add(symbol);

            return [Declare(symbol, FlowType.Shape, Shape(tensor), place)];
        }

        switch (type.Kind)
        {
            case FlowKind.Nothing:
                Escape(value);
                return [];
            case FlowKind.Value:
                if (value is not null && ReadValue(value) is { } known)
                {
                    declared.Add(symbol);
                    return [Declare(symbol, type, known, place)];
                }

                Escape(value);
                unknown.Add(symbol);
                return [];
            case FlowKind.Shapes when value?.Unwrap() is IArrayCreationOperation { Initializer: null, DimensionSizes: [var length] } && ReadValue(length) is { } count:
                declared.Add(symbol);
                return [Declare(symbol, type, new FlowNode(FlowOp.Shapes, "new", [count], place), place)];
            default:
                if (type.Kind == FlowKind.Size && value is not null && ReadValue(value) is null)
                {
                    unknown.Add(symbol);
                }

                var read = value is null ? null : Read(value, type);
                declared.Add(symbol);

                return [Declare(symbol, type, read, place)];
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
            case IAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } tensor, Property.IsIndexer: true } indexer, Value: var put } when FlowTypes.IsTensor(tensor.Type):
                var part = ReadIndexer(tensor, indexer.Arguments.Select(static argument => argument.Value), PlaceOf(indexer));
                Escape(FlowTypes.IsTensor(put.Unwrap().Type) ? null : put);
                return [Statement(FlowOp.Do, place, FlowTypes.IsTensor(put.Unwrap().Type) ? Call("Put", place, part, Shape(put)) : Call("Fill", place, part))];
            case IAssignmentOperation assignment when KeptIn(assignment.Target) is { } kept:
                return [Statement(FlowOp.Do, place, Keep(kept, assignment, place))];
            case ISimpleAssignmentOperation assignment when TargetOf(assignment.Target) is { } target:
                var type = FlowTypes.Of(assignment.Target.Type);
                return type.Kind is FlowKind.Nothing or FlowKind.Value ? Dropping(assignment.Value) : Assign(target, Read(assignment.Value, type), place);
            case ICompoundAssignmentOperation assignment when TargetOf(assignment.Target) is { } target:
                return FlowTypes.Of(assignment.Target.Type).Kind switch
                {
                    FlowKind.Shape => Assign(target, Arithmetic(assignment.OperatorKind, assignment.Target, assignment.Value, place), place),
                    FlowKind.Size => Assign(target, Binary(assignment.OperatorKind, target, Size(assignment.Value), place), place),
                    _ => [],
                };
            case ICoalesceAssignmentOperation assignment when TargetOf(assignment.Target) is { } target && FlowTypes.IsTensor(assignment.Target.Type):
                return Assign(target, new FlowNode(FlowOp.Coalesce, "", [target, Shape(assignment.Value)], place), place);
            case IIncrementOrDecrementOperation step when TargetOf(step.Target) is { } target && FlowTypes.Of(step.Target.Type).Kind == FlowKind.Size:
                return Assign(target, new FlowNode(FlowOp.Binary, step.Kind == OperationKind.Increment ? "+" : "-", [target, Number(1, place)], place), place);
            case IDeconstructionAssignmentOperation deconstruction:
                return ReadDeconstruction(deconstruction);
            case IInvocationOperation { Instance: { } instance } invocation when TargetOf(instance) is { } target && FlowTypes.IsTensor(instance.Type) && IsInPlace(invocation):
                return Assign(target, Shape(invocation), place);
            case ISimpleAssignmentOperation assignment when SymbolOf(assignment.Target) is null:
                return Lose(assignment.Target, assignment.Value, place);
            case IInvocationOperation { Instance: { } instance } invocation when FlowTypes.Of(instance.Type) is { Kind: FlowKind.Shapes, Source.Length: > 0 }:
                if (IsList(instance) && ListCall(invocation) is { } change)
                {
                    return [Statement(FlowOp.Do, place, change)];
                }

                Forget([invocation]);
                return invocation.Arguments.SelectMany(argument => Lose(instance, argument.Value, place));
            case IInvocationOperation { Type.SpecialType: SpecialType.System_Void } invocation:
                return ReadCall(invocation) is { } called ? [Statement(FlowOp.Do, place, called)] : Dropping(invocation);
            case IInvocationOperation invocation when FlowTypes.Of(invocation.Type).Kind is FlowKind.Shape or FlowKind.Tuple or FlowKind.Shapes:
                return IsHarmless(invocation) ? Dropping(invocation) : [Statement(FlowOp.Do, place, Read(invocation, FlowTypes.Of(invocation.Type)))];
            default:
                return Dropping(operation);
        }
    }

    private FlowNode[] Dropping(IOperation operation)
    {
        Escape(operation);

        return [];
    }

    private FlowNode Keep((FlowNode Holder, FlowNode Name) kept, IAssignmentOperation assignment, FlowPlace place)
    {
        var (value, before) = (Shape(assignment.Value), Call("Kept", place, kept.Holder, kept.Name));

        return Call("Keep", place, kept.Holder, kept.Name, assignment switch
        {
            ICompoundAssignmentOperation => Call("Join", place, before, value),
            ICoalesceAssignmentOperation => Call("Either", place, before, value),
            _ => value,
        });
    }

    /// <summary>Whether an expression is a tensor in a field of a module that more than the constructor puts there.</summary>
    private bool IsKept(IOperation operation) => operation.Unwrap() switch
    {
        IFieldReferenceOperation { Field: var field, Instance: not null } => flow.IsAssigned(field),
        IPropertyReferenceOperation { Property: { IsIndexer: false } property, Instance: not null } => flow.IsAssigned(property),
        _ => false,
    };

    // In place: the variable is what comes out, as far as channels go.
    private static bool IsInPlace(IInvocationOperation invocation) => invocation.TargetMethod.Name.EndsWith("_", StringComparison.Ordinal);

    // x = relu(x) says nothing about channels.
    private static FlowNode[] Assign(FlowNode target, FlowNode value, FlowPlace place)
        => value == target ? [] : [Statement(FlowOp.Assign, place, target, value)];

    private IEnumerable<FlowNode> ReadDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        var place = PlaceOf(deconstruction);
        var isDeclaration = deconstruction.Target is IDeclarationExpressionOperation;
        var target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        var elements = target is ITupleOperation tuple ? tuple.Elements : [];
        var types = elements.Select(static element => FlowTypes.Of(element.Type)).ToArray();
        var values = deconstruction.Value.Unwrap() is ITupleOperation given ? given.Elements : default;
        var kept = new List<FlowNode>();
        var names = elements.Select(NameOf).ToArray();

        return [new FlowNode(FlowOp.Deconstruct, "", [.. names, Read(deconstruction.Value, new FlowType(FlowKind.Tuple, types.ToEquatableArray(), ""))], place), .. kept];

        FlowNode NameOf(IOperation element, int index)
        {
            var inner = element is IDeclarationExpressionOperation expression ? expression.Expression : element;
            var isNew = isDeclaration || element is IDeclarationExpressionOperation || inner is ILocalReferenceOperation { IsDeclaration: true };

            // A number that only a call knows is still a size; it can steer nothing.
            if (inner is ILocalReferenceOperation variable && (types[index].Kind is FlowKind.Nothing or FlowKind.Value || values.IsDefault || ReadValue(values[index]) is null))
            {
                unknown.Add(variable.Local);
            }

            if (types[index].Kind is FlowKind.Nothing or FlowKind.Value)
            {
                return new FlowNode(FlowOp.Local, "_", [], place);
            }

            if (inner is ILocalReferenceOperation { Local: var local } && isNew)
            {
                declared.Add(local);

                return new FlowNode(FlowOp.Local, "var " + local.EscapedName(), [], place);
            }

            if (KeptIn(inner) is var (holder, name))
            {
                var item = new FlowNode(FlowOp.Local, "item" + ++temporaries, [], place);
                kept.Add(Statement(FlowOp.Do, place, Call("Keep", place, holder, name, item)));

                return item with { Text = "var " + item.Text };
            }

            return TargetOf(inner) ?? new FlowNode(FlowOp.Local, "_", [], place);
        }
    }

    /// <summary>What can be assigned: a variable, or an item of a list of tensors.</summary>
    private FlowNode? TargetOf(IOperation target) => SymbolOf(target) is { } symbol
        ? IsDeclared(symbol) ? new FlowNode(FlowOp.Local, symbol.EscapedName(), [], PlaceOf(target)) : null
        : target switch
        {
            IArrayElementReferenceOperation { ArrayReference: var array } when FlowTypes.IsTensor(target.Type) && IsList(array) => Shape(target),
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list } when FlowTypes.IsTensor(target.Type) && IsList(list) => Shape(target),
            _ => null,
        };

    /// <summary>Whether a list of tensors is a variable of the flow.</summary>
    private bool IsList(IOperation list) => FlowTypes.Of(list.Type).Kind == FlowKind.Shapes && SymbolOf(list.Unwrap()) is { } symbol && IsDeclared(symbol) && !IsCaptured(symbol);

    /// <summary>A field or property of a module that is put a tensor into, and the module; null for anything else.</summary>
    private (FlowNode Holder, FlowNode Name)? KeptIn(IOperation target)
    {
        var (member, instance) = target switch
        {
            IFieldReferenceOperation field => ((ISymbol)field.Field, field.Instance),
            IPropertyReferenceOperation { Property.IsIndexer: false } property when IsPlain(property.Property) => (property.Property, property.Instance),
            _ => default,
        };

        return member is not null && FlowTypes.IsTensor(target.Type) && instance?.Type?.IsModule() == true && ReadValue(instance) is { } holder
            ? (holder, TextLiteral(member.Name, PlaceOf(target)))
            : null;
    }

    // What is put into it is what comes out.
    private bool IsPlain(IPropertySymbol property)
        => MemberReader.IsAutoProperty(property)
            && property.SetMethod?.DeclaringSyntaxReferences.All(reference => reference.GetSyntax(flow.Token) is AccessorDeclarationSyntax { Body: null, ExpressionBody: null }) == true;

    // What is put where it cannot be followed keeps its channels.
    private IEnumerable<FlowNode> Lose(IOperation target, IOperation value, FlowPlace place)
        => FlowTypes.IsTensor(value.Unwrap().Type)
            ? [Statement(FlowOp.Do, place, Unknown($"'{Abbreviate(target.Syntax.ToString())}'", place, [Shape(value)]))]
            : Dropping(value);

    // What a method that cannot be followed writes to a variable.
    private IEnumerable<FlowNode> LostIn(IOperation statement)
        => statement.Descendants().OfType<IArgumentOperation>()
            .Where(argument => argument is { Parameter.RefKind: RefKind.Out or RefKind.Ref, Parent: IInvocationOperation call } && FlowTypes.IsTensor(argument.Value.Type) && ReadCall(call) is null)
            .Select(static argument => argument.Value)
            .Where(target => SymbolOf(target) is { } symbol && IsDeclared(symbol))
            .Select(target => Statement(FlowOp.Assign, PlaceOf(target), Variable(SymbolOf(target)!, PlaceOf(target)), Lost(target)));

}
