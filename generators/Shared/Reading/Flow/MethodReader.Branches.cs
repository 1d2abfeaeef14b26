using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Conditionals, loops and functions within a method.</summary>
internal sealed partial class MethodReader
{
    private IEnumerable<FlowNode> ReadIf(IConditionalOperation conditional)
    {
        var place = PlaceOf(conditional);
        var (then, otherwise) = (conditional.WhenTrue, conditional.WhenFalse);

        if (WithoutCache(conditional.Condition) is { } holds)
        {
            return holds ? ReadStatement(then) : otherwise is null ? [] : ReadStatement(otherwise);
        }

        // What throws is no way that channels take.
        if (Throws(then) || (otherwise is not null && Throws(otherwise)))
        {
            EscapeLayers(conditional.Condition);
        }

        if (Throws(then))
        {
            return otherwise is null ? [] : ReadStatement(otherwise);
        }

        if (otherwise is not null && Throws(otherwise))
        {
            return ReadStatement(then);
        }

        var read = ReadCondition(conditional.Condition);

        if (read is null)
        {
            Forget([then, .. otherwise is null ? [] : new[] { otherwise }]);
        }

        var ways = (ReadWay(then), otherwise is null ? BlockOf([], place) : ReadWay(otherwise));

        if (ways is ({ Op: FlowOp.Block, Items.Count: 0 }, { Op: FlowOp.Block, Items.Count: 0 }))
        {
            return [];
        }

        return [read is null ? Either(ways.Item1, ways.Item2, place, then, otherwise) : Statement(FlowOp.If, place, read, ways.Item1, ways.Item2)];
    }

    private FlowNode ReadWay(IOperation statement)
        => BlockOf(statement is IBlockOperation block ? ReadStatements(block.Operations) : ReadStatement(statement).ToEquatableArray(), PlaceOf(statement));

    private FlowNode Either(FlowNode first, FlowNode second, FlowPlace place, params IOperation?[] ways)
        => new(FlowOp.Either, "", [first, second, .. AssignedIn(ways)], place);

    /// <summary>The shapes from outside of some statements that they assign.</summary>
    private IEnumerable<FlowNode> AssignedIn(params IOperation?[] statements)
    {
        var found = statements.OfType<IOperation>().SelectMany(static statement => statement.DescendantsAndSelf()).ToArray();
        var inside = found.OfType<IVariableDeclaratorOperation>().Select(static declarator => (ISymbol)declarator.Symbol).ToImmutableHashSet(SymbolEqualityComparer.Default);

        return found
            .Select(static operation => operation switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IInvocationOperation { Instance: { } instance } invocation when IsInPlace(invocation) => instance,
                IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument => argument.Value,
                _ => null,
            })
            .SelectMany(static target => target is ITupleOperation tuple ? tuple.Elements : target is null ? [] : [target])
            .Where(static target => FlowTypes.IsTensor(target.Type))
            .Select(static target => SymbolOf(target))
            .Where(symbol => symbol is not null && !inside.Contains(symbol) && IsDeclared(symbol))
            .Distinct(SymbolEqualityComparer.Default)
            .Select(static symbol => Variable(symbol!, default));
    }

    // A chain of ifs; where only a call knows the value, of ways of which any may be taken.
    private IEnumerable<FlowNode> ReadSwitch(ISwitchOperation choice)
    {
        var place = PlaceOf(choice);
        var value = ReadCondition(choice.Value);
        Forget(value is null ? choice.Cases.SelectMany(static section => section.Body) : []);
        var sections = choice.Cases.Where(static section => !section.Body.Any(Throws)).OrderBy(static section => section.Clauses.Any(static clause => clause is IDefaultCaseClauseOperation)).ToArray();
        FlowNode? chain = null;

        foreach (var section in Enumerable.Reverse(sections))
        {
            var body = BlockOf(ReadStatements(section.Body.SelectMany(static statement => statement is IBlockOperation block ? block.Operations : [statement]).Where(static statement => statement is not IBranchOperation)), place);
            var labels = section.Clauses.OfType<ISingleValueCaseClauseOperation>().Select(clause => ReadValue(clause.Value)).ToArray();
            var isKnown = value is not null && labels.Length == section.Clauses.Length && !labels.Contains(null);
            var rest = chain ?? BlockOf([], place);

            chain = section.Clauses.Any(static clause => clause is IDefaultCaseClauseOperation) ? body
                : isKnown ? Statement(FlowOp.If, place, labels.Select(label => Compare("==", value!, label!, place)).Aggregate((left, right) => Compare("||", left, right, place)), body, rest)
                : Either(body, rest, place, choice);
        }

        return chain is null ? [] : chain.Op == FlowOp.Block ? chain.Items : [chain];
    }

    private static FlowNode Compare(string word, FlowNode left, FlowNode right, FlowPlace place) => new(FlowOp.Binary, word, [left, right], place);

    private FlowNode ReadForEach(IForEachLoopOperation loop)
    {
        var place = PlaceOf(loop);
        var type = FlowTypes.Of(loop.Collection.Unwrap().Type);
        var collection = type.Kind == FlowKind.Shapes ? Read(loop.Collection.Unwrap(), type) : ReadValue(loop.Collection);
        declared.UnionWith(collection is null ? [] : loop.Locals);
        var variable = loop.LoopControlVariable switch
        {
            IVariableDeclaratorOperation declarator => declarator.Symbol.EscapedName(),
            IDeclarationExpressionOperation { Expression: ITupleOperation tuple } => NamesOf(tuple),
            ITupleOperation tuple => NamesOf(tuple),
            _ => null,
        };

        return collection is null || variable is null
            ? BlockOf(ReadUnknownStatement(loop, "a loop over what only a call knows").ToEquatableArray(), place)
            : new FlowNode(FlowOp.ForEach, variable, [collection, ReadWay(loop.Body)], place);

        static string NamesOf(ITupleOperation tuple)
            => "(" + string.Join(", ", tuple.Elements.Select(static element => SymbolOf(element is IDeclarationExpressionOperation declared ? declared.Expression : element)?.EscapedName() ?? "_")) + ")";
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

    private FlowNode ReadWhile(IWhileLoopOperation loop)
        => loop is { ConditionIsTop: true, ConditionIsUntil: false, Condition: { } condition } && ReadValue(condition) is { } test
            ? new FlowNode(FlowOp.While, "", [test, ReadWay(loop.Body)], PlaceOf(loop))
            : BlockOf(ReadUnknownStatement(loop, "a loop whose length only a call knows").ToEquatableArray(), PlaceOf(loop));

    /// <summary>A local function, or a variable that is a lambda.</summary>
    private FlowNode ReadLocalFunction(ISymbol symbol, IBlockOperation? body)
    {
        var signature = SignatureOf(symbol);
        var reader = new MethodReader(flow, signature, owner, known.Union(KnownParameters(symbol, signature)));
        reader.unknown.UnionWith(unknown);
        reader.shapeOf.UnionWith(shapeOf);
        reader.numbers.UnionWith(numbers);
        reader.declared.UnionWith(declared);

        foreach (var function in functions)
        {
            reader.functions[function.Key] = function.Value;
        }

        var parameters = signature.Parameters.Select(parameter => Declare(parameter, FlowTypes.Of(parameter.Type), null, default));
        var statements = reader.ReadBody(body);

        return new FlowNode(
            FlowOp.LocalFunction, symbol.EscapedName(), [.. parameters, BlockOf(statements, default)], default, FlowTypes.Of(signature.ReturnType));
    }

    // The Invoke of a delegate has the parameters under other names than the lambda.
    private IMethodSymbol SignatureOf(ISymbol symbol)
        => symbol as IMethodSymbol
            ?? whole!.Descendants().OfType<IVariableDeclaratorOperation>().First(declarator => SymbolEqualityComparer.Default.Equals(declarator.Symbol, symbol))
                .Descendants().OfType<IAnonymousFunctionOperation>().First().Symbol;

    /// <summary>The integer parameters of a local function that every call gives a known value.</summary>
    private ImmutableHashSet<IParameterSymbol> KnownParameters(ISymbol symbol, IMethodSymbol signature)
    {
        if (!functions.TryGetValue(symbol, out var found))
        {
            // While they are looked for, a function that calls itself counts for nothing.
            functions[symbol] = ImmutableHashSet<IParameterSymbol>.Empty;
            var calls = whole!.Descendants().OfType<IInvocationOperation>()
                .Where(invocation => SymbolEqualityComparer.Default.Equals(invocation.TargetMethod.MethodKind == MethodKind.LocalFunction ? invocation.TargetMethod : SymbolOf(invocation.Instance ?? invocation), symbol))
                .ToArray();
            found = signature.Parameters
                .Where(parameter => FlowTypes.IsInteger(parameter.Type) && calls.Length > 0 && calls.All(call => ReadValue(call.Arguments.Single(argument => argument.Parameter?.Ordinal == parameter.Ordinal).Value) is not null))
                .ToImmutableHashSet<IParameterSymbol>(SymbolEqualityComparer.Default);
            functions[symbol] = found;
        }

        return found;
    }

    /// <summary>The body of a lambda that a variable is declared with.</summary>
    private static IBlockOperation? LambdaOf(IOperation? value)
        => value?.Unwrap() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol: { IsAsync: false } symbol, Body: var body } }
            && symbol.Parameters.All(static parameter => parameter.RefKind == RefKind.None)
                ? body
                : null;

    private static bool Throws(IOperation statement) => statement switch
    {
        IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } => true,
        IBlockOperation { Operations: [.., var last] } => Throws(last),
        _ => false,
    };
}
