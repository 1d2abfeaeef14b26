using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>
/// Code that is not followed: what goes into it keeps its channels. Whatever a method drops is escaped, so that nothing can lose channels behind its back: tensors, lists of them, modules
/// that somebody else may call, and numbers that are made of sizes.
/// </summary>
internal sealed partial class MethodReader
{
    private readonly HashSet<IOperation> escaped = [];

    // What must be said before the statement that is being read, with the variables that are there by then.
    private List<FlowNode> pending = [];
    private HashSet<ISymbol> visible = new(SymbolEqualityComparer.Default);
    private bool isEscaping;

    // What is dropped, and where.
    private (string What, FlowPlace Place) hiding;
    private SyntaxNode? dropping;

    /// <summary>Says that what goes into an expression or statement stays as it is.</summary>
    /// <param name="dropped">The expression or statement; null for none.</param>
    /// <param name="withTensors">Whether its tensors are not said to be hidden elsewhere.</param>
    private void Escape(IOperation? dropped, bool withTensors = true)
    {
        if (dropped is null)
        {
            return;
        }

        var outer = (isEscaping, hiding, dropping);
        (hiding, dropping) = isEscaping ? (hiding, dropping) : ((Abbreviate(dropped.Syntax.ToString()), PlaceOf(dropped)), dropped.Syntax);
        isEscaping = true;

        if (withTensors)
        {
            Walk(dropped, withTensors);
        }
        else if (escaped.Add(dropped))
        {
            WalkInto(dropped.Unwrap(), withTensors);
        }

        (isEscaping, hiding, dropping) = outer;
    }

    // A function that is declared within what is dropped: nobody can call it in its place.
    private bool IsDropped(ISymbol function)
        => isEscaping && dropping is { } within
            && function.DeclaringSyntaxReferences.Any(declaration => declaration.SyntaxTree == within.SyntaxTree && within.Span.Contains(declaration.Span));

    private void Walk(IOperation operation, bool withTensors)
    {
        operation = operation.Unwrap();

        if (!escaped.Add(operation) || operation.ConstantValue.HasValue)
        {
            return;
        }

        if (IsHarmless(operation))
        {
            WalkLayers(operation);

            return;
        }

        var (what, place) = hiding;
        var kind = FlowTypes.Of(operation.Type).Kind;

        switch (operation)
        {
            case { Type: { } type } when FlowTypes.IsTensor(type):
                if (withTensors)
                {
                    Say(Unknown($"'{what}'", place, [Shape(operation)]));
                }

                return;
            case ILocalReferenceOperation or IParameterReferenceOperation when kind == FlowKind.Shapes:
                Say(Call("Unknown", place, TextLiteral($"'{what}'", place), Shapes(operation, FlowTypes.Of(operation.Type).Source)));
                return;
            case ILocalReferenceOperation or IParameterReferenceOperation when kind == FlowKind.Tuple:
                foreach (var item in TensorsOf(Tuple(operation, FlowTypes.Of(operation.Type)), FlowTypes.Of(operation.Type)))
                {
                    Say(Unknown($"'{what}'", place, [item]));
                }

                return;
            case { Type: { } type } when FlowTypes.IsInteger(type)
                && operation is not IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Remainder }
                && Size(operation) is var size && size is not { Op: FlowOp.Call, Text: "UnknownSize" }:
                Say(Call("Counted", place, size));
                return;
            case { Type: not null } when ShapeOf(operation) is { } tensor:
                Say(Call("Counted", place, Call("Sizes", place, Shape(tensor))));
                return;
            case { Type: { } type } when type.IsModule() && operation is not IInvocationOperation && ReadValue(operation) is { } module:
                Say(Call("Escape", place, module, TextLiteral($"'{what}'", place)));
                return;
            default:
                WalkInto(operation, withTensors);
                return;
        }
    }

    private void WalkInto(IOperation operation, bool withTensors)
    {
        var place = hiding.Place;

        switch (operation)
        {
            case IInvocationOperation invocation:
                WalkCall(invocation, withTensors);
                return;
            case IPropertyReferenceOperation { Instance: { } instance }:
                if (FlowTypes.IsTensor(instance.Type))
                {
                    Say(Call("Counted", place, Call("Sizes", place, Shape(instance))));
                }
                else if (instance.Type?.IsModule() != true)
                {
                    Walk(instance, withTensors);
                }

                return;
            case IFieldReferenceOperation { Instance: { } instance } when instance.Type?.IsModule() != true:
                Walk(instance, withTensors);
                return;
            case IFieldReferenceOperation:
                return;
        }

        foreach (var child in operation.ChildOperations)
        {
            Walk(child, withTensors);
        }
    }

    /// <summary>Of a test that guards nothing but an exception only the layers that it calls matter.</summary>
    private void EscapeLayers(IOperation guard)
    {
        var outer = (isEscaping, hiding, dropping);
        (isEscaping, hiding, dropping) = (true, (Abbreviate(guard.Syntax.ToString()), PlaceOf(guard)), guard.Syntax);
        WalkLayers(guard);
        (isEscaping, hiding, dropping) = outer;
    }

    // What only looks at a tensor has it computed nevertheless.
    private void WalkLayers(IOperation operation)
    {
        foreach (var child in operation.ChildOperations)
        {
            if (operation is not IThrowOperation && child.Unwrap() is IInvocationOperation { Instance.Type: { } type, TargetMethod.Name: "call" or "forward" } && type.IsModule())
            {
                Walk(child, withTensors: true);
            }
            else
            {
                WalkLayers(child);
            }
        }
    }

    // A call that gives no tensor: what it is given, its module, and the code that it runs.
    private void WalkCall(IInvocationOperation invocation, bool withTensors)
    {
        foreach (var argument in invocation.Arguments)
        {
            // Of what is given directly somebody else says so.
            if (withTensors || !FlowTypes.IsTensor(argument.Value.Unwrap().Type))
            {
                Walk(argument.Value, withTensors: true);
            }
        }

        if (invocation.Instance is { } instance)
        {
            if ((withTensors || !FlowTypes.IsTensor(instance.Type)) && instance is not IInstanceReferenceOperation && (instance.Type?.IsModule() != true || !ModuleVerbs.Contains(invocation.TargetMethod.Name)))
            {
                Walk(instance, withTensors: true);
            }
        }

        WalkBody(invocation.TargetMethod);
    }

    /// <summary>The code of a method of the user that is not followed call by call: what it does with modules, nobody sees.</summary>
    private void WalkBody(IMethodSymbol method)
    {
        method = method.ReducedFrom ?? method;

        if (method.MethodKind is MethodKind.Ordinary or MethodKind.LocalFunction && flow.HasSource(method) && !method.IsExtern
            && (method.IsStatic || method.MethodKind == MethodKind.LocalFunction || (owner is not null && owner.SelfAndBases().Contains(method.ContainingType, SymbolEqualityComparer.Default)))
            && flow.ReadBlock(method.OriginalDefinition) is { } body)
        {
            Walk(body, withTensors: true);
        }
    }

    private void Say(FlowNode node) => pending.Add(Statement(FlowOp.Do, node.Place, node));

    /// <summary>A list that is changed where it is not followed is no variable of the flow any more.</summary>
    private void Forget(IEnumerable<IOperation> statements)
    {
        foreach (var list in statements.SelectMany(static statement => statement.DescendantsAndSelf()).Select(static operation => operation switch
        {
            IInvocationOperation { Instance: { } instance } => instance,
            IAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } } => instance,
            IAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: var array } } => array,
            IAssignmentOperation { Target: var target } => target,
            _ => null,
        }).OfType<IOperation>().Where(static list => FlowTypes.Of(list.Type).Kind is FlowKind.Shapes))
        {
            if (SymbolOf(list.Unwrap()) is { } symbol && declared.Contains(symbol))
            {
                escaped.Remove(list.Unwrap());
                Escape(list);
                declared.Remove(symbol);
            }
        }
    }

    private static IEnumerable<FlowNode> TensorsOf(FlowNode tuple, FlowType type)
        => type.Items.SelectMany((item, index) => new FlowNode(FlowOp.Item, "Item" + (index + 1), [tuple], tuple.Place) is var value && item.Kind == FlowKind.Tuple ? TensorsOf(value, item)
            : item.Kind == FlowKind.Shape ? [value]
            : []);

    // What a module is told that changes none of its tensors' sizes.
    private static readonly HashSet<string> ModuleVerbs =
        ["train", "eval", "to", "cpu", "cuda", "parameters", "named_parameters", "buffers", "named_buffers", "zero_grad", "requires_grad_", "GetName", "Dispose", "children", "modules"];

    // What looks at tensors and gives nothing back, and what asks whether they are there.
    private static bool IsHarmless(IOperation operation) => operation switch
    {
        IThrowOperation or INameOfOperation or IInterpolatedStringOperation or ITypeOfOperation or IInstanceReferenceOperation { Parent: IInvocationOperation or IMemberReferenceOperation } => true,
        IIsPatternOperation { Value: var value } => FlowTypes.IsTensor(value.Unwrap().Type) && ((IIsPatternOperation)operation).Pattern is IConstantPatternOperation or INegatedPatternOperation or IDeclarationPatternOperation or IRecursivePatternOperation { DeconstructionSubpatterns.IsEmpty: true, PropertySubpatterns.IsEmpty: true },
        IBinaryOperation { LeftOperand: var left, RightOperand: var right } => left.IsNull() || right.IsNull(),
        IPropertyReferenceOperation { Instance: { } tensor, Property.Name: not ("shape" or "NumberOfElements") } => FlowTypes.IsTensor(tensor.Type) && !FlowTypes.IsTensor(operation.Type),
        IInvocationOperation { TargetMethod: { Name: "Dispose" or "print" or "ToString" or "dim" or "ndimension" or "is_floating_point" or "is_complex" or "is_integral" or "save" or "backward" or "GetHashCode" or "stride" or "is_contiguous" } } call
            => FlowTypes.IsTensor(call.Instance?.Type) || call.TargetMethod.Name == "Dispose",
        IInvocationOperation { TargetMethod: { ContainingType.Name: "Console" or "Debug" or "Trace" or "GC" or "ArgumentNullException" or "ArgumentException" or "ArgumentOutOfRangeException" or "ObjectDisposedException" } } => true,
        _ => false,
    };
}
