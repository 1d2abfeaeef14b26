using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Reads the statements of one method as those of its channel flow.</summary>
/// <param name="flow">Reads the rest.</param>
/// <param name="method">The method.</param>
/// <param name="owner">The class of its instance; null for a static method.</param>
internal sealed partial class MethodReader(FlowReader flow, IMethodSymbol method, INamedTypeSymbol? owner)
{
    // Variables whose value only a call knows.
    private readonly HashSet<ISymbol> unknown = new(SymbolEqualityComparer.Default);
    private readonly Stack<FlowNode> notNull = new();
    private int temporaries;

    /// <summary>The statements of the method.</summary>
    public EquatableArray<FlowNode> ReadBody(IBlockOperation? body)
        => body is null ? [Statement(FlowOp.Return, default, Unknown("this method", default, []))] : ReadStatements(body.Operations);

    /// <summary>The one statement of a norm: its input over the root of its mean square, times its parameters.</summary>
    public EquatableArray<FlowNode> ReadNorm(IReadOnlyList<IOperation> parameters)
    {
        var normalised = Call("Normalise", default, Variable(method.Parameters[0], default), Self(default));
        var factors = parameters.Select(ReadTensorMember).OfType<FlowNode>().ToArray();

        return [Statement(FlowOp.Return, default, factors.Length == 0 ? normalised : Call("Join", default, [normalised, .. factors]))];
    }

    private EquatableArray<FlowNode> ReadStatements(IEnumerable<IOperation> statements) => statements.SelectMany(ReadStatement).ToEquatableArray();

    private IEnumerable<FlowNode> ReadStatement(IOperation statement)
    {
        flow.Token.ThrowIfCancellationRequested();
        var place = PlaceOf(statement);

        return statement switch
        {
            IBlockOperation block => [new FlowNode(FlowOp.Block, "", ReadStatements(block.Operations), place)],
            IReturnOperation { ReturnedValue: { } value, Kind: OperationKind.Return } => [Statement(FlowOp.Return, place, Read(value, ReturnType))],
            IReturnOperation { Kind: OperationKind.Return } => [Statement(FlowOp.Return, place)],
            IExpressionStatementOperation expression => ReadExpressionStatement(expression.Operation),
            IVariableDeclarationGroupOperation group => group.Declarations.SelectMany(static declaration => declaration.Declarators).SelectMany(ReadDeclarator),
            IUsingDeclarationOperation declaration => ReadStatement(declaration.DeclarationGroup),
            IUsingOperation block => ReadStatement(block.Resources).Concat(ReadStatement(block.Body)),
            IVariableDeclaratorOperation declarator => ReadDeclarator(declarator),
            IConditionalOperation conditional => ReadIf(conditional),
            IForEachLoopOperation loop => [ReadForEach(loop)],
            IForLoopOperation loop => [ReadFor(loop)],
            ILocalFunctionOperation local => [ReadLocalFunction(local)],
            ISwitchOperation choice => [ReadSwitch(choice)],
            IBranchOperation { BranchKind: BranchKind.Break } => [Jump("break")],
            IBranchOperation { BranchKind: BranchKind.Continue } => [Jump("continue")],
            IEmptyOperation or IThrowOperation or ILabeledOperation { Operation: null } => [],
            ITryOperation attempt => ReadStatement(attempt.Body).Concat(attempt.Finally is { } last ? ReadStatement(last) : []),
            ILockOperation block => ReadStatement(block.Body),

            // A resource of a using statement without a variable.
            { Type: not null } expression => ReadExpressionStatement(expression),
            _ => ReadUnknownStatement(statement, "this statement"),
        };

        FlowNode Jump(string word) => new(FlowOp.Jump, word, [], place);
    }

    private FlowType ReturnType => FlowTypes.Of(method.ReturnType);

    private IEnumerable<FlowNode> ReadDeclarator(IVariableDeclaratorOperation declarator)
    {
        var type = FlowTypes.Of(declarator.Symbol.Type);

        if (type.Kind == FlowKind.Nothing)
        {
            return [];
        }

        var place = PlaceOf(declarator);
        var value = declarator.GetVariableInitializer()?.Value;
        var read = value is null ? null : type.Kind == FlowKind.Value ? ReadValue(value) : Read(value, type);

        if (type.Kind == FlowKind.Value && read is null)
        {
            unknown.Add(declarator.Symbol);
            return [];
        }

        if (type.Kind == FlowKind.Size && value is not null && ReadValue(value) is null)
        {
            unknown.Add(declarator.Symbol);
        }

        return [Declare(declarator.Symbol.EscapedName(), type, read, place)];
    }

    private static FlowNode Declare(string name, FlowType type, FlowNode? value, FlowPlace place)
        => new(FlowOp.Declare, name, value is null ? [] : [value], place, type);

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
                    FlowKind.Size => [Statement(FlowOp.Assign, place, target, Binary(assignment.OperatorKind, target, Size(assignment.Value), place))],
                    _ => [],
                };
            case IIncrementOrDecrementOperation step when TargetOf(step.Target) is { } target && FlowTypes.Of(step.Target.Type).Kind == FlowKind.Size:
                return [Statement(FlowOp.Assign, place, target, new FlowNode(FlowOp.Binary, step.Kind == OperationKind.Increment ? "+" : "-", [target, Number(1, place)], place))];
            case IDeconstructionAssignmentOperation deconstruction:
                return [ReadDeconstruction(deconstruction)];
            case IInvocationOperation { Instance: { } instance } invocation when TargetOf(instance) is { } target
                && FlowTypes.IsTensor(instance.Type) && invocation.TargetMethod.Name.EndsWith("_", StringComparison.Ordinal):
                // In place: the variable is what comes out, as far as channels go.
                return Assign(target, Shape(invocation), place);
            case IInvocationOperation { Instance: { } instance } invocation when FlowTypes.Of(instance.Type) is { Kind: FlowKind.Shapes, Source.Length: > 0 }:
                return [Statement(FlowOp.Do, place, ListCall(invocation))];
            case IInvocationOperation invocation when FlowTypes.Of(invocation.Type).Kind is FlowKind.Shape or FlowKind.Tuple or FlowKind.Shapes:
                return [Statement(FlowOp.Do, place, Read(invocation, FlowTypes.Of(invocation.Type)))];
            default:
                return [];
        }
    }

    // x = relu(x) says nothing about channels.
    private static FlowNode[] Assign(FlowNode target, FlowNode value, FlowPlace place)
        => value == target ? [] : [Statement(FlowOp.Assign, place, target, value)];

    private FlowNode ReadDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        var target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        var elements = target is ITupleOperation tuple ? tuple.Elements : [];
        var types = elements.Select(static element => FlowTypes.Of(element.Type)).ToArray();
        var names = elements.Select((element, index) => element switch
        {
            _ when types[index].Kind is FlowKind.Nothing or FlowKind.Value => Discard(element),
            ILocalReferenceOperation local => Name(local.Local.EscapedName(), IsDeclaredHere(local)),
            IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local } => Name(local.Local.EscapedName(), isNew: true),
            _ when TargetOf(element) is { } existing => existing,
            _ => Discard(element),
        }).ToArray();

        MarkUnknown(elements, deconstruction.Value);

        var value = Read(deconstruction.Value, new FlowType(FlowKind.Tuple, types.ToEquatableArray(), ""));
        return new FlowNode(FlowOp.Deconstruct, "", [.. names, value], PlaceOf(deconstruction));

        FlowNode Discard(IOperation element)
        {
            if ((element is IDeclarationExpressionOperation declared ? declared.Expression : element) is ILocalReferenceOperation local)
            {
                unknown.Add(local.Local);
            }

            return Name("_", isNew: false);
        }

        bool IsDeclaredHere(ILocalReferenceOperation local) => local.IsDeclaration || deconstruction.Target is IDeclarationExpressionOperation;

        FlowNode Name(string name, bool isNew) => new(FlowOp.Local, isNew ? "var " + name : name, [], PlaceOf(deconstruction));
    }

    // An integer whose value only a call knows is still a size; it can steer nothing.
    private void MarkUnknown(IReadOnlyList<IOperation> elements, IOperation value)
    {
        var values = value.Unwrap() is ITupleOperation tuple ? tuple.Elements : default;

        for (var i = 0; i < elements.Count; i++)
        {
            var element = elements[i] is IDeclarationExpressionOperation declared ? declared.Expression : elements[i];

            if (element is ILocalReferenceOperation local && (values.IsDefault || ReadValue(values[i]) is null))
            {
                unknown.Add(local.Local);
            }
        }
    }

    private IEnumerable<FlowNode> ReadIf(IConditionalOperation conditional)
    {
        var place = PlaceOf(conditional);
        var (then, otherwise) = (conditional.WhenTrue, conditional.WhenFalse);

        // What throws is no way that channels take.
        if (Throws(then))
        {
            return otherwise is null ? [] : ReadStatement(otherwise);
        }

        if (otherwise is not null && Throws(otherwise))
        {
            return ReadStatement(then);
        }

        var read = ReadCondition(conditional.Condition);
        var ways = (ReadWay(then), otherwise is null ? BlockOf([], place) : ReadWay(otherwise));

        return read is not null
            ? [Statement(FlowOp.If, place, read, ways.Item1, ways.Item2)]
            : [new FlowNode(FlowOp.Either, "", [ways.Item1, ways.Item2, .. AssignedIn(then, otherwise)], place)];
    }

    private FlowNode ReadWay(IOperation statement)
    {
        var statements = statement is IBlockOperation block ? ReadStatements(block.Operations) : ReadStatement(statement).ToEquatableArray();
        return BlockOf(statements, PlaceOf(statement));
    }

    private static FlowNode BlockOf(EquatableArray<FlowNode> statements, FlowPlace place) => new(FlowOp.Block, "", statements, place);

    /// <summary>The shapes from outside of some statements that they assign.</summary>
    private static IEnumerable<FlowNode> AssignedIn(params IOperation?[] statements)
    {
        var found = statements.OfType<IOperation>().SelectMany(static statement => statement.DescendantsAndSelf()).ToArray();
        var declared = found.OfType<IVariableDeclaratorOperation>().Select(static declarator => (ISymbol)declarator.Symbol).ToImmutableHashSet(SymbolEqualityComparer.Default);

        return found
            .Select(static operation => operation switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IInvocationOperation { Instance: { } instance } invocation when invocation.TargetMethod.Name.EndsWith("_", StringComparison.Ordinal) => instance,
                _ => null,
            })
            .SelectMany(static target => target is ITupleOperation tuple ? tuple.Elements : target is null ? [] : [target])
            .Where(static target => FlowTypes.IsTensor(target.Type))
            .Select(static target => SymbolOf(target))
            .Where(symbol => symbol is not null && !declared.Contains(symbol))
            .Distinct(SymbolEqualityComparer.Default)
            .Select(static symbol => new FlowNode(FlowOp.Local, symbol!.EscapedName(), [], default));
    }

    private FlowNode ReadForEach(IForEachLoopOperation loop)
    {
        var place = PlaceOf(loop);
        var collection = FlowTypes.Of(loop.Collection.Type).Kind == FlowKind.Shapes ? Read(loop.Collection, FlowTypes.Of(loop.Collection.Type)) : ReadValue(loop.Collection);
        var variable = loop.LoopControlVariable switch
        {
            IVariableDeclaratorOperation declarator => declarator.Symbol.EscapedName(),
            IDeclarationExpressionOperation { Expression: ITupleOperation tuple } => "(" + string.Join(", ", tuple.Elements.Select(static element => (SymbolOf(element) as ILocalSymbol)?.EscapedName() ?? "_")) + ")",
            ITupleOperation tuple => "(" + string.Join(", ", tuple.Elements.Select(static element => (SymbolOf(element is IDeclarationExpressionOperation declared ? declared.Expression : element) as ILocalSymbol)?.EscapedName() ?? "_")) + ")",
            _ => null,
        };

        return collection is null || variable is null
            ? BlockOf(ReadUnknownStatement(loop, "a loop over what only a call knows").ToEquatableArray(), place)
            : new FlowNode(FlowOp.ForEach, variable, [collection, ReadWay(loop.Body)], place);
    }

    private FlowNode ReadFor(IForLoopOperation loop)
    {
        var place = PlaceOf(loop);
        var before = loop.Before.SelectMany(ReadStatement).ToArray();
        var after = loop.AtLoopBottom.SelectMany(ReadStatement).ToArray();

        return before is [{ Op: FlowOp.Declare } start] && after is [{ Op: FlowOp.Assign } step] && loop.Condition is { } condition && ReadValue(condition) is { } test
            ? new FlowNode(FlowOp.For, "", [start, test, step, ReadWay(loop.Body)], place)
            : BlockOf(ReadUnknownStatement(loop, "a loop whose length only a call knows").ToEquatableArray(), place);
    }

    private FlowNode ReadLocalFunction(ILocalFunctionOperation local)
    {
        var symbol = local.Symbol;
        var parameters = symbol.Parameters.Select(parameter => Declare(parameter.EscapedName(), FlowTypes.Of(parameter.Type), null, default));
        var body = new MethodReader(flow, symbol, owner).ReadBody(local.Body);

        return new FlowNode(
            FlowOp.LocalFunction, symbol.EscapedName(), [.. parameters, BlockOf(body, PlaceOf(local))], PlaceOf(local), FlowTypes.Of(symbol.ReturnType));
    }

    // A switch statement is a chain of ifs, where its value and cases are known.
    private FlowNode ReadSwitch(ISwitchOperation choice)
    {
        var place = PlaceOf(choice);
        var value = ReadValue(choice.Value);
        FlowNode? chain = null;

        foreach (var section in choice.Cases.Reverse())
        {
            var body = BlockOf(ReadStatements(section.Body.Where(static statement => statement is not IBranchOperation)), place);
            var labels = section.Clauses.OfType<ISingleValueCaseClauseOperation>().Select(clause => ReadValue(clause.Value)).ToArray();

            if (section.Clauses.Any(static clause => clause is IDefaultCaseClauseOperation))
            {
                chain = body;
            }
            else if (value is null || labels.Length != section.Clauses.Length || labels.Contains(null))
            {
                return BlockOf(ReadUnknownStatement(choice, "a choice that only a call knows").ToEquatableArray(), place);
            }
            else
            {
                var test = labels.Select(label => new FlowNode(FlowOp.Binary, "==", [value, label!], place)).Aggregate((left, right) => new FlowNode(FlowOp.Binary, "||", [left, right], place));
                chain = Statement(FlowOp.If, place, test, body, chain ?? BlockOf([], place));
            }
        }

        return chain ?? BlockOf([], place);
    }

    /// <summary>What every shape becomes that a statement assigns, where nobody knows how.</summary>
    private IEnumerable<FlowNode> ReadUnknownStatement(IOperation statement, string what)
    {
        var place = PlaceOf(statement);
        var read = statement.Descendants().Where(static operation => operation is ILocalReferenceOperation or IParameterReferenceOperation && FlowTypes.IsTensor(operation.Type))
            .Select(static operation => SymbolOf(operation)!)
            .Distinct(SymbolEqualityComparer.Default)
            .Where(symbol => symbol is not ILocalSymbol local || !statement.Descendants().OfType<IVariableDeclaratorOperation>().Any(inner => SymbolEqualityComparer.Default.Equals(inner.Symbol, local)))
            .Select(symbol => new FlowNode(FlowOp.Local, symbol!.EscapedName(), [], place))
            .ToArray();
        var written = AssignedIn(statement).ToArray();

        return written.Length == 0
            ? [Statement(FlowOp.Do, place, Unknown(what, place, read))]
            : written.Select(target => Statement(FlowOp.Assign, place, target, Unknown(what, place, read)));
    }

    private static bool Throws(IOperation statement) => statement switch
    {
        IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } => true,
        IBlockOperation { Operations: [.., var last] } => Throws(last),
        _ => false,
    };

    /// <summary>The variable that an expression names; null for anything else.</summary>
    private static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    private FlowNode? TargetOf(IOperation target) => SymbolOf(target) is { } symbol
        ? new FlowNode(FlowOp.Local, symbol.EscapedName(), [], PlaceOf(target))
        : target is IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true } && FlowTypes.IsTensor(target.Type)
            && !FlowTypes.IsTensor((target as IPropertyReferenceOperation)?.Instance?.Type)
            ? Shape(target)
            : null;

    private static FlowNode Statement(FlowOp op, FlowPlace place, params FlowNode[] items) => new(op, "", items.ToEquatableArray(), place);

    private static FlowPlace PlaceOf(IOperation operation) => new(operation.Syntax.GetLocation());
}
