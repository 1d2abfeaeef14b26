using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Reads one method as that of its channel flow, statement by statement.</summary>
/// <param name="flow">Reads the rest.</param>
/// <param name="method">The method.</param>
/// <param name="owner">The class of its instance; null for a static method.</param>
/// <param name="known">Its integer parameters that every caller gives a value which is known before a call.</param>
internal sealed partial class MethodReader(FlowReader flow, IMethodSymbol method, INamedTypeSymbol? owner, ImmutableHashSet<IParameterSymbol> known)
{
    // Variables whose value only a call knows.
    private readonly HashSet<ISymbol> unknown = new(SymbolEqualityComparer.Default);

    // Arrays of sizes that are the shape of a tensor: they are that tensor.
    private readonly HashSet<ISymbol> shapeOf = new(SymbolEqualityComparer.Default);

    // Integers of a lambda, which LINQ counts: they are numbers, and no sizes.
    private readonly HashSet<ISymbol> numbers = new(SymbolEqualityComparer.Default);

    // Variables that the flow has too; others come from where it is not followed. Those of patterns, in order.
    private readonly HashSet<ISymbol> declared = new(method.Parameters, SymbolEqualityComparer.Default);
    private readonly Stack<ISymbol> patterns = new();

    private readonly Dictionary<ISymbol, ImmutableHashSet<IParameterSymbol>> functions = new(SymbolEqualityComparer.Default);
    private readonly Stack<FlowNode> notNull = new();
    private IBlockOperation? whole;
    private int temporaries;

    /// <summary>The statements of the method.</summary>
    public EquatableArray<FlowNode> ReadBody(IBlockOperation? body)
    {
        whole = body;

        if (body is null)
        {
            return [Statement(FlowOp.Return, default, Unknown("this method", default, []))];
        }

        // Who jumps may come from anywhere.
        return body.Descendants().OfType<IBranchOperation>().Any(static branch => branch.BranchKind == BranchKind.GoTo)
            ? [.. ReadUnknownStatement(body, "a method that jumps"), .. method.ReturnsVoid ? [] : new[] { Statement(FlowOp.Return, PlaceOf(body), Default(FlowTypes.Of(method.ReturnType), Lost(body), PlaceOf(body))) }]
            : ReadStatements(body.Operations);
    }

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
        var outer = (pending, visible);
        (pending, visible) = ([], new HashSet<ISymbol>(declared, SymbolEqualityComparer.Default));
        var read = FindStatement(statement).ToArray();
        FlowNode[] result = [.. pending, .. read];
        (pending, visible) = outer;

        return result;
    }

    private IEnumerable<FlowNode> FindStatement(IOperation statement)
    {
        flow.Token.ThrowIfCancellationRequested();
        var place = PlaceOf(statement);

        return statement switch
        {
            IBlockOperation block => [new FlowNode(FlowOp.Block, "", ReadStatements(block.Operations), place)],
            IReturnOperation { ReturnedValue: { } value, Kind: OperationKind.Return } => ReadReturn(value, place),
            IReturnOperation { Kind: OperationKind.Return } => [Statement(FlowOp.Return, place)],
            IExpressionStatementOperation expression => ReadExpressionStatement(expression.Operation).Concat(LostIn(expression)),
            IVariableDeclarationGroupOperation group => group.Declarations.SelectMany(static declaration => declaration.Declarators).SelectMany(ReadDeclarator).Concat(LostIn(group)),
            IVariableDeclaratorOperation declarator => ReadDeclarator(declarator),
            IUsingDeclarationOperation declaration => ReadStatement(declaration.DeclarationGroup),
            IUsingOperation block => [BlockOf(ReadStatement(block.Resources).Concat(ReadStatement(block.Body)).ToEquatableArray(), place)],
            IConditionalOperation conditional => ReadIf(conditional),
            ISwitchOperation choice => ReadSwitch(choice),
            IForEachLoopOperation loop => [ReadForEach(loop)],
            IForLoopOperation loop => [ReadFor(loop)],
            IWhileLoopOperation loop => [ReadWhile(loop)],
            ILocalFunctionOperation local => IsFollowed(local.Symbol) ? [ReadLocalFunction(local.Symbol, local.Body)] : [],
            IBranchOperation { BranchKind: BranchKind.Break } => [Jump("break")],
            IBranchOperation { BranchKind: BranchKind.Continue } => [Jump("continue")],
            IEmptyOperation or IThrowOperation or ILabeledOperation { Operation: null } => [],
            ITryOperation attempt => [.. ReadStatement(attempt.Body), .. attempt.Catches.SelectMany(ReadCatch), .. attempt.Finally is { } last ? ReadStatement(last) : []],
            ILockOperation block => ReadStatement(block.Body),

            // A resource of a using statement without a variable.
            { Type: not null } expression => ReadExpressionStatement(expression),
            _ => ReadUnknownStatement(statement, "this statement"),
        };

        FlowNode Jump(string word) => new(FlowOp.Jump, word, [], place);
    }

    // What happens after an exception may be anything.
    private IEnumerable<FlowNode> ReadCatch(ICatchClauseOperation clause)
    {
        if (Throws(clause.Handler))
        {
            return [];
        }

        Escape(clause.Handler);

        return AssignedIn(clause.Handler).Select(target => Statement(FlowOp.Assign, PlaceOf(clause), target, Call("Either", PlaceOf(clause), target, Lost(clause))));
    }

    // What is returned in an object of the user's is returned too.
    private IEnumerable<FlowNode> ReadReturn(IOperation value, FlowPlace place)
    {
        var type = FlowTypes.Of(method.ReturnType);

        return type.Kind is FlowKind.Value or FlowKind.Nothing && ShapesBelow(value).ToArray() is { Length: > 0 } inside
            ? [Statement(FlowOp.Do, place, Call("Return", place, inside)), Statement(FlowOp.Return, place, new FlowNode(FlowOp.Null, "", [], place))]
            : [Statement(FlowOp.Return, place, Read(value, type))];
    }

    /// <summary>What every shape becomes that a statement assigns, where nobody knows how.</summary>
    private IEnumerable<FlowNode> ReadUnknownStatement(IOperation statement, string what)
    {
        var place = PlaceOf(statement);
        Escape(statement);
        Forget([statement]);
        var written = AssignedIn(statement).ToArray();

        return written.Length == 0
            ? []
            : written.Select(target => Statement(FlowOp.Assign, place, target, Call("Lost", place, TextLiteral(what, place))));
    }

    /// <summary>The variable that an expression names; null for anything else.</summary>
    private static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    private bool IsDeclared(ISymbol symbol)
        => symbol is not (ILocalSymbol or IParameterSymbol) || IsCaptured(symbol) || declared.Contains(symbol) && (!isEscaping || visible.Contains(symbol));

    private static FlowNode Statement(FlowOp op, FlowPlace place, params FlowNode[] items) => new(op, "", items.ToEquatableArray(), place);

    private static FlowNode BlockOf(EquatableArray<FlowNode> statements, FlowPlace place) => new(FlowOp.Block, "", statements, place);

    private static FlowNode Literal(string text, FlowPlace place) => new(FlowOp.Literal, text, [], place);

    private static FlowNode TextLiteral(string text, FlowPlace place) => Literal(SymbolDisplay.FormatLiteral(text, quote: true), place);

    private static FlowNode Nothing(FlowPlace place) => new(FlowOp.Null, "", [], place);

    private static FlowNode Variable(ISymbol symbol, FlowPlace place) => new(FlowOp.Local, symbol.EscapedName(), [], place);

    private static FlowNode Self(FlowPlace place) => new(FlowOp.Model, "", [], place);

    private static FlowPlace PlaceOf(IOperation operation) => new(operation.Syntax.GetLocation());

    private static string Abbreviate(string text)
    {
        var line = string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        return line.Length <= 60 ? line : line.Substring(0, 57) + "...";
    }
}
