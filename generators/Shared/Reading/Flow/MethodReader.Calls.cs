using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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

        if (LocalFunctionOf(invocation) is { } function && !IsDropped(function) && SignatureOf(function).Parameters is var parameters && parameters.All(static parameter => parameter.RefKind is RefKind.None or RefKind.In) && (function is not IMethodSymbol { MethodKind: MethodKind.LocalFunction } local || IsFollowed(local)))
        {
            var arguments = ArgumentsOf(invocation).Select((argument, index) => Read(argument, FlowTypes.Of(parameters[index].Type)));

            return new FlowNode(FlowOp.InvokeLocal, function.EscapedName(), arguments.ToEquatableArray(), place);
        }

        // The method of the base, on this object: what it calls in turn is what this class makes of it.
        if (invocation is { Instance: IInstanceReferenceOperation { Syntax: BaseExpressionSyntax } } && owner is not null)
        {
            return flow.HasSource(called) && !called.IsAbstract && !called.IsExtern ? Invoke(called, owner, Self(place), ArgumentsOf(invocation), place) : null;
        }

        return invocation.Instance?.Type is { } type && type.IsModule() && called.Name is "call" or "forward" && IsModuleCall(called)
            ? ReadModuleCall(invocation, type, place)
            : OwnFunction(invocation);
    }

    // A local function, or the variable that was declared as a lambda.
    private ISymbol? LocalFunctionOf(IInvocationOperation invocation)
        => invocation.TargetMethod.MethodKind == MethodKind.LocalFunction ? invocation.TargetMethod
            : invocation.TargetMethod.MethodKind == MethodKind.DelegateInvoke && invocation.Instance is ILocalReferenceOperation { Local: var local } && IsLambda(local) ? local
            : null;

    // What gives its results one by one, or has types that only a call knows, has no flow.
    private bool IsFollowed(IMethodSymbol local) => !flow.IsIterator(local) && !local.IsGenericMethod;

    private bool IsLambda(ILocalSymbol local)
        => functions.ContainsKey(local)
            || whole?.Descendants().OfType<IVariableDeclaratorOperation>().Any(declarator => SymbolEqualityComparer.Default.Equals(declarator.Symbol, local) && LambdaOf(declarator.GetVariableInitializer()?.Value) is not null) == true;

    private static IOperation[] ArgumentsOf(IInvocationOperation invocation)
        => invocation.Arguments.OrderBy(static argument => argument.Parameter?.Ordinal ?? 0).Select(static argument => argument.Value).ToArray();

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
            ? Own(called.ReducedFrom ?? called, invocation.Instance, ArgumentsOf(invocation), PlaceOf(invocation))
            : null;

    /// <summary>A property of the user that is computed.</summary>
    private FlowNode? OwnGetter(IPropertyReferenceOperation property)
        => property.Property.GetMethod is { } getter && property.Arguments.IsEmpty && flow.HasSource(getter) && flow.ReadBlock(getter) is not null
            ? Own(getter, property.Instance, [], PlaceOf(property))
            : null;

    private FlowNode? Own(IMethodSymbol called, IOperation? instance, IOperation[] arguments, FlowPlace place)
    {
        called = called.PartialImplementationPart ?? called;

        if (!flow.HasSource(called) || called.IsExtern || (called.IsStatic && called.IsAbstract))
        {
            return null;
        }

        if (called.IsStatic)
        {
            return Invoke(called, null, Nothing(place), arguments, place);
        }

        var type = instance is IInstanceReferenceOperation ? owner : instance?.Type as INamedTypeSymbol;

        return type is not null && ReadValue(instance!) is { } model && FlowReader.Resolve(called, type) is { IsAbstract: false } target && flow.HasSource(target)
            ? Invoke(target, type, model, arguments, place)
            : null;
    }

    // Numbers that are known before a call may say which layer of a list is meant.
    private FlowNode? Invoke(IMethodSymbol called, INamedTypeSymbol? type, FlowNode model, IOperation[] arguments, FlowPlace place)
    {
        var parameters = called.OriginalDefinition.Parameters;

        if (parameters.Length != arguments.Length)
        {
            return null;
        }

        var numbered = parameters
            .Where(parameter => FlowTypes.IsInteger(parameter.Type) && ReadValue(arguments[parameter.Ordinal]) is not null && !flow.Assigns(called, parameter))
            .ToImmutableHashSet<IParameterSymbol>(SymbolEqualityComparer.Default);

        var given = arguments.Select((argument, index) => parameters[index].RefKind is RefKind.Out or RefKind.Ref
            ? Reference(argument, parameters[index])
            : Read(argument, FlowTypes.Of(parameters[index].Type))).ToArray();

        return !given.Contains(null) && flow.NameOf(called, type, numbered) is { } name
            ? new FlowNode(FlowOp.Invoke, name, [model, .. given.Select(static argument => argument!)], place, type is null ? null : new FlowType(FlowKind.Value, [], type.ToSource()))
            : null;
    }

    /// <summary>A variable that a method writes to; null where the flow has none.</summary>
    private FlowNode? Reference(IOperation argument, IParameterSymbol parameter)
    {
        var place = PlaceOf(argument);
        var isNew = argument is IDeclarationExpressionOperation;
        var target = argument is IDeclarationExpressionOperation declaration ? declaration.Expression : argument;

        if (target is IDiscardOperation)
        {
            return new FlowNode(FlowOp.Reference, "out", [new FlowNode(FlowOp.Local, "_", [], place)], place);
        }

        if (target is not (ILocalReferenceOperation or IParameterReferenceOperation) || SymbolOf(target) is not { } symbol || IsCaptured(symbol) || !FlowTypes.IsTensor(target.Type))
        {
            return null;
        }

        if (isNew)
        {
            declared.Add(symbol);
        }

        return IsDeclared(symbol)
            ? new FlowNode(FlowOp.Reference, parameter.RefKind == RefKind.Ref ? "ref" : isNew ? "out var" : "out", [Variable(symbol, place)], place)
            : null;
    }

    private FlowNode ReadModuleCall(IInvocationOperation invocation, ITypeSymbol type, FlowPlace place)
    {
        var results = FlowTypes.Of(invocation.Type);
        var arguments = ArgumentsOf(invocation);

        if (ReadValue(invocation.Instance!) is not { } module)
        {
            return Hidden();
        }

        if (type is INamedTypeSymbol { IsAbstract: false, DeclaringSyntaxReferences.IsEmpty: false } own
            && flow.FindForward(own, arguments.Length) is { } forward
            && !flow.IsOverridden(forward, own)
            && Invoke(forward, own, module, arguments, place) is { } invoked)
        {
            return invoked;
        }

        if (type.Name == "MultiheadAttention" && MemberTypes.IsLayerWithChannels(type) && results.Kind == FlowKind.Tuple)
        {
            return Call("NativeAttention", place, [module, .. arguments.Take(3).Select(Shape), .. HeadsOf(invocation.Instance!, place)]);
        }

        if (arguments is not [var input] || !FlowTypes.IsTensor(input.Type) || results.Kind != FlowKind.Shape)
        {
            return Hidden();
        }

        if (type.HasMetadataName(KnownNames.SparseLinear) || (MemberTypes.IsTorchSharpLayer(type) && type.Name != "Sequential"))
        {
            var held = invocation.Instance!.Unwrap() is IMemberReferenceOperation { Member: var member } ? LayerArguments.Read(member, type.Name, flow.Compilation, flow.Token) : [];

            return new FlowNode(FlowOp.Layer, type.Name, [module, Shape(input), .. held], place);
        }

        flow.NeedsDispatch = true;

        return new FlowNode(FlowOp.Dispatch, "", [module, Shape(input)], place);

        FlowNode Hidden()
        {
            var what = type.Name.Length == 0 ? $"'{Abbreviate(invocation.Syntax.ToString())}'" : $"a {type.Name}";

            foreach (var argument in arguments.Where(static argument => !FlowTypes.IsTensor(argument.Unwrap().Type)))
            {
                Escape(argument);
            }

            return Default(results, Unknown(what, place, arguments.Where(static argument => FlowTypes.IsTensor(argument.Unwrap().Type)).Select(Shape)), place);
        }
    }

    // How many heads a native attention has it does not tell: the attribute names a member that does, or the code that makes it says it.
    private IEnumerable<FlowNode> HeadsOf(IOperation attention, FlowPlace place)
        => flow.HeadsMember is { } member && SymbolEqualityComparer.Default.Equals(owner, flow.Root) && flow.Access.Read(member, Self(place), place) is { } value
            ? [new FlowNode(FlowOp.Fixed, member.Name, [value, .. ConstantOf(member, place)], place)]
            : attention.Unwrap() is IMemberReferenceOperation { Member: var held }
                && LayerArguments.Read(held, "MultiheadAttention", flow.Compilation, flow.Token).ToArray() is [{ Text: not "null" } heads]
                    ? [new FlowNode(FlowOp.Number, heads.Text, [], place)]
                    : [];

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
            { Type: { } type } found when FlowTypes.IsInteger(type) => One(found),
            IRangeOperation range => Range(range.LeftOperand, range.RightOperand),
            IMemberReferenceOperation { Member.Name: "Ellipsis" } => new FlowNode(FlowOp.Indexer, "Ellipsis", [], place),
            IMemberReferenceOperation { Member.Name: "Colon" } => new FlowNode(FlowOp.Indexer, "All", [], place),
            IMemberReferenceOperation { Member.Name: "Null" or "None" } => new FlowNode(FlowOp.Indexer, "New", [], place),
            { ConstantValue: { HasValue: true, Value: null } } => new FlowNode(FlowOp.Indexer, "New", [], place),
            IInvocationOperation { TargetMethod: { Name: "Single", ContainingType.Name: "TensorIndex" }, Arguments: [{ Value: var value }] } => One(value),
            IInvocationOperation { TargetMethod: { Name: "Slice", ContainingType.Name: "TensorIndex" } } slice
                => Given(slice, "step") is null ? Range(Given(slice, "start"), Given(slice, "stop")) : new FlowNode(FlowOp.Indexer, "Part", [], place),
            { Type: var type } when FlowTypes.IsTensor(type) => new FlowNode(FlowOp.Indexer, "Gathered", [], place),
            _ => new FlowNode(FlowOp.Indexer, "Part", [], place),
        };

        FlowNode One(IOperation value) => new(FlowOp.Indexer, "One", [Dimension(value) ?? Literal("0", place)], place);

        // From and to where; null stands for the beginning or the end.
        FlowNode Range(IOperation? start, IOperation? stop) => start is null && stop is null
            ? new(FlowOp.Indexer, "All", [], place)
            : new(FlowOp.Indexer, "Range", [Bound(start), Bound(stop), Literal(IsFromEnd(start) ? "true" : "false", place), Literal(IsFromEnd(stop) ? "true" : "false", place)], place);

        FlowNode Bound(IOperation? bound) => bound is null ? Nothing(place)
            : bound.Unwrap() is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat, Operand: var back } ? Size(back)
            : Size(bound.Unwrap());

        static bool IsFromEnd(IOperation? bound) => bound?.Unwrap() is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat };

        static IOperation? Given(IInvocationOperation slice, string parameter)
            => slice.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter && !argument.IsImplicit && !argument.Value.IsNull())?.Value;
    }
}
