using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Calls: of modules, of the user's own methods, of TorchSharp.</summary>
internal sealed partial class MethodReader
{
    private FlowNode ReadInvocation(IInvocationOperation invocation)
        => ReadCall(invocation) ?? TensorOperation(invocation, invocation.TargetMethod.Name);

    /// <summary>A call whose flow is read too, or that of a module; null for anything else.</summary>
    private FlowNode? ReadCall(IInvocationOperation invocation)
    {
        var called = invocation.TargetMethod;
        var place = PlaceOf(invocation);

        if (called.MethodKind == MethodKind.LocalFunction)
        {
            return new FlowNode(FlowOp.InvokeLocal, called.EscapedName(), Arguments(invocation), place);
        }

        if (invocation.Instance?.Type is { } type && type.IsModule() && called.Name is "call" or "forward" && IsModuleCall(called))
        {
            return ReadModuleCall(invocation, type, place);
        }

        return OwnFunction(invocation);
    }

    // The call and the forward that TorchSharp declares, not what a user names so.
    private static bool IsModuleCall(IMethodSymbol called)
    {
        while (called.OverriddenMethod is { } overridden)
        {
            called = overridden;
        }

        return called.ContainingType.OriginalDefinition is { DeclaringSyntaxReferences.IsEmpty: true };
    }

    /// <summary>A method of the user, of this class, another or none: its own flow.</summary>
    private FlowNode? OwnFunction(IInvocationOperation invocation)
        => invocation.TargetMethod is { MethodKind: MethodKind.Ordinary or MethodKind.ReducedExtension } called
            ? Own(called.ReducedFrom ?? called, invocation.Instance, Arguments(invocation), PlaceOf(invocation))
            : null;

    /// <summary>A property of the user that is computed.</summary>
    private FlowNode? OwnGetter(IPropertyReferenceOperation property)
        => property.Property.GetMethod is { } getter && property.Arguments.IsEmpty && flow.HasSource(getter) && flow.ReadBlock(getter) is not null
            ? Own(getter, property.Instance, [], PlaceOf(property))
            : null;

    private FlowNode? Own(IMethodSymbol called, IOperation? instance, EquatableArray<FlowNode> arguments, FlowPlace place)
    {
        if (!flow.HasSource(called))
        {
            return null;
        }

        if (called.IsStatic)
        {
            return flow.NameOf(called, null) is { } name ? new FlowNode(FlowOp.Invoke, name, [new FlowNode(FlowOp.Null, "", [], place), .. arguments], place) : null;
        }

        var type = instance is IInstanceReferenceOperation ? owner : instance?.Type as INamedTypeSymbol;

        return type is not null && ReadValue(instance!) is { } model
            && FlowReader.Resolve(called, type) is { IsAbstract: false } target && flow.HasSource(target) && flow.NameOf(target, type) is { } found
                ? new FlowNode(FlowOp.Invoke, found, [model, .. arguments], place)
                : null;
    }

    private EquatableArray<FlowNode> Arguments(IInvocationOperation invocation)
        => invocation.Arguments
            .OrderBy(static argument => argument.Parameter?.Ordinal ?? 0)
            .Select(argument => Read(argument.Value, FlowTypes.Of(argument.Parameter?.Type ?? argument.Value.Type)))
            .ToEquatableArray();

    private FlowNode ReadModuleCall(IInvocationOperation invocation, ITypeSymbol type, FlowPlace place)
    {
        var results = FlowTypes.Of(invocation.Type);
        var arguments = invocation.Arguments.OrderBy(static argument => argument.Parameter?.Ordinal ?? 0).Select(static argument => argument.Value).ToArray();

        if (ReadValue(invocation.Instance!) is not { } module)
        {
            return Hidden();
        }

        if (type is INamedTypeSymbol { IsAbstract: false, DeclaringSyntaxReferences.IsEmpty: false } own
            && flow.FindForward(own, arguments.Length) is { } forward
            && flow.NameOf(forward, own) is { } name)
        {
            var parameters = forward.Parameters;
            return new FlowNode(FlowOp.Invoke, name, [module, .. arguments.Select((argument, index) => Read(argument, FlowTypes.Of(parameters[index].Type)))], place);
        }

        var isUnary = arguments is [var only] && FlowTypes.IsTensor(only.Type) && results.Kind == FlowKind.Shape;

        if (!isUnary)
        {
            return Hidden();
        }

        var isKnownLayer = type.ContainingNamespace?.ToDisplayString() == KnownNames.Layers && type.Name != "Sequential";

        if (isKnownLayer || type.HasMetadataName(KnownNames.SparseLinear))
        {
            return Call("Call", place, module, Shape(arguments[0]));
        }

        flow.NeedsDispatch = true;
        return new FlowNode(FlowOp.Dispatch, "", [module, Shape(arguments[0])], place);

        FlowNode Hidden()
        {
            var what = type.Name.Length == 0 ? Abbreviate(invocation.Syntax.ToString()) : type.Name;
            return Default(results, Unknown(what, place, arguments.Where(static argument => FlowTypes.IsTensor(argument.Unwrap().Type)).Select(Shape)), place);
        }
    }

    private static bool IsTorch(IMethodSymbol called)
    {
        var outermost = called.ContainingType;

        while (outermost?.ContainingType is { } container)
        {
            outermost = container;
        }

        return outermost is { Name: "torch" or "TensorExtensionMethods" } && outermost.ContainingNamespace?.ToDisplayString() == "TorchSharp";
    }

    /// <summary>What stands between the brackets of a tensor.</summary>
    private FlowNode ReadIndexer(IOperation tensor, IEnumerable<IOperation> indices, FlowPlace place)
    {
        var items = indices.SelectMany(static index => index.Unwrap() is IArrayCreationOperation { Initializer: { } initializer } ? initializer.ElementValues : [index])
            .Select(IndexItem)
            .ToArray();

        return Call("Index", place, [Shape(tensor), .. items]);
    }

    private FlowNode IndexItem(IOperation index)
    {
        var place = PlaceOf(index);

        return index.Unwrap() switch
        {
            { Type: { } type } found when FlowTypes.IsInteger(type) => new FlowNode(FlowOp.Indexer, "One", [Dimension(found) ?? Literal("0", place)], place),
            IRangeOperation { LeftOperand: null, RightOperand: null } => new FlowNode(FlowOp.Indexer, "All", [], place),
            IRangeOperation => new FlowNode(FlowOp.Indexer, "Part", [], place),
            IMemberReferenceOperation { Member.Name: "Ellipsis" } => new FlowNode(FlowOp.Indexer, "Ellipsis", [], place),
            IMemberReferenceOperation { Member.Name: "Colon" } => new FlowNode(FlowOp.Indexer, "All", [], place),
            IMemberReferenceOperation { Member.Name: "Null" or "None" } => new FlowNode(FlowOp.Indexer, "New", [], place),
            { ConstantValue: { HasValue: true, Value: null } } => new FlowNode(FlowOp.Indexer, "New", [], place),
            IInvocationOperation { TargetMethod: { Name: "Single", ContainingType.Name: "TensorIndex" }, Arguments: [{ Value: var value }] }
                => new FlowNode(FlowOp.Indexer, "One", [Dimension(value) ?? Literal("0", place)], place),
            IInvocationOperation { TargetMethod: { Name: "Slice", ContainingType.Name: "TensorIndex" } } slice
                => new FlowNode(FlowOp.Indexer, slice.Arguments.All(static argument => argument.IsImplicit || argument.Value.Unwrap().IsNull()) ? "All" : "Part", [], place),
            { Type: var type } when FlowTypes.IsTensor(type) => new FlowNode(FlowOp.Indexer, "Gathered", [], place),
            _ => new FlowNode(FlowOp.Indexer, "Part", [], place),
        };
    }
}
