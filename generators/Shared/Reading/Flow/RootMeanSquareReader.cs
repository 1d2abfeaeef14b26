using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>
/// Recognises a forward that does nothing but x / sqrt(mean(x^2) + eps) over the last dimension, times parameters: an RMSNorm written by hand. Casts, locals
/// and methods of the class may stand in between.
/// </summary>
/// <param name="flow">Knows which methods have a source.</param>
internal sealed class RootMeanSquareReader(FlowReader flow)
{
    private readonly FlowReader flow = flow;
    private readonly List<IOperation> parameters = [];
    private int depth;

    /// <summary>The parameters that scale or shift what comes out, as the code reads them; null where a method is something else.</summary>
    public IReadOnlyList<IOperation>? Read(IMethodSymbol forward)
        => forward.Parameters is [var input] && FlowTypes.IsTensor(input.Type) && FlowTypes.IsTensor(forward.ReturnType)
            && Evaluate(forward, [Term.Input]) == Term.Normalised
                ? parameters
                : null;

    private Term Evaluate(IMethodSymbol method, IReadOnlyList<Term> arguments)
    {
        var body = depth < 4 && flow.HasSource(method) ? flow.ReadBlock(method) : null;

        if (body is null || arguments.Count != method.Parameters.Length)
        {
            return Term.Other;
        }

        depth++;
        var scope = new Scope(this);

        for (var i = 0; i < arguments.Count; i++)
        {
            scope.Set(method.Parameters[i], arguments[i]);
        }

        var result = scope.Run(body);
        depth--;

        return result ?? Term.Other;
    }

    /// <summary>What a value is made of: how often the input, its mean square and the root of that are factors of it.</summary>
    private sealed record Term(Kind Kind, int Inputs = 0, int Roots = 0)
    {
        public static readonly Term Other = new(Kind.Other);
        public static readonly Term Scalar = new(Kind.Scalar);
        public static readonly Term Input = new(Kind.Product, Inputs: 1);
        public static readonly Term Square = new(Kind.Product, Inputs: 2);
        public static readonly Term MeanSquare = new(Kind.MeanSquare);
        public static readonly Term Parameter = new(Kind.Product);
        public static readonly Term Normalised = new(Kind.Product, Inputs: 1, Roots: -1);
    }

    private enum Kind
    {
        /// <summary>Anything else.</summary>
        Other,

        /// <summary>A number.</summary>
        Scalar,

        /// <summary>The mean of the squared input, and perhaps a number.</summary>
        MeanSquare,

        /// <summary>A product of inputs, roots of the mean square, and parameters.</summary>
        Product,
    }

    /// <summary>The variables of one method, statement by statement.</summary>
    private sealed class Scope(RootMeanSquareReader reader)
    {
        private readonly Dictionary<ISymbol, Term> variables = new(SymbolEqualityComparer.Default);

        public void Set(ISymbol variable, Term term) => variables[variable] = term;

        /// <summary>What the statements return; null where they go on.</summary>
        public Term? Run(IOperation statement)
        {
            switch (statement)
            {
                case IBlockOperation block:
                    return block.Operations.Select(Run).FirstOrDefault(static result => result is not null);
                case IReturnOperation { ReturnedValue: { } value }:
                    return Evaluate(value);
                case IVariableDeclarationGroupOperation group:
                    foreach (var declarator in group.Declarations.SelectMany(static declaration => declaration.Declarators))
                    {
                        Set(declarator.Symbol, declarator.GetVariableInitializer() is { Value: var value } ? Evaluate(value) : Term.Other);
                    }

                    return null;
                case IUsingDeclarationOperation declaration:
                    return Run(declaration.DeclarationGroup);
                case IUsingOperation block:
                    return Run(block.Resources) ?? Run(block.Body);
                case IExpressionStatementOperation { Operation: var expression }:
                    _ = Evaluate(expression);
                    return null;
                case IConditionalOperation conditional:
                    return RunEither(conditional);
                default:
                    return statement is IEmptyOperation ? null : Term.Other;
            }
        }

        // A scale that is there or not: either way it is the same.
        private Term? RunEither(IConditionalOperation conditional)
        {
            var before = variables.ToArray();
            var then = Run(conditional.WhenTrue);
            var after = variables.ToArray();
            variables.Clear();

            foreach (var variable in before)
            {
                variables.Add(variable.Key, variable.Value);
            }

            var otherwise = conditional.WhenFalse is { } way ? Run(way) : null;

            foreach (var variable in after.Where(variable => variables.TryGetValue(variable.Key, out var other) && other != variable.Value))
            {
                variables[variable.Key] = Term.Other;
            }

            return then is null || otherwise is null ? then ?? otherwise : then == otherwise ? then : Term.Other;
        }

        private Term Evaluate(IOperation operation)
        {
            if (operation.ConstantValue.HasValue || !FlowTypes.IsTensor(operation.Type))
            {
                return operation is ISimpleAssignmentOperation or ICompoundAssignmentOperation ? Term.Other : Term.Scalar;
            }

            return operation switch
            {
                IConversionOperation conversion => Evaluate(conversion.Operand),
                IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
                ILocalReferenceOperation local => Read(local.Local),
                IParameterReferenceOperation parameter => Read(parameter.Parameter),
                IFieldReferenceOperation { Instance: IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: IInstanceReferenceOperation, Property.IsIndexer: false } => ReadMember(operation),
                IBinaryOperation binary => Combine(binary.OperatorKind, Evaluate(binary.LeftOperand), Evaluate(binary.RightOperand)),
                ISimpleAssignmentOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation } assignment => Assign(assignment.Target, Evaluate(assignment.Value)),
                ICompoundAssignmentOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation } assignment
                    => Assign(assignment.Target, Combine(assignment.OperatorKind, Evaluate(assignment.Target), Evaluate(assignment.Value))),
                IConditionalOperation { WhenFalse: { } otherwise } conditional => Evaluate(conditional.WhenTrue) is var then && then == Evaluate(otherwise) ? then : Term.Other,
                IInvocationOperation invocation => Call(invocation),
                _ => Term.Other,
            };
        }

        private Term Read(ISymbol variable) => variables.TryGetValue(variable, out var term) ? term : Term.Other;

        private Term ReadMember(IOperation member)
        {
            if (!reader.parameters.Any(known => known.Syntax == member.Syntax))
            {
                reader.parameters.Add(member);
            }

            return Term.Parameter;
        }

        private Term Assign(IOperation target, Term value)
        {
            Set(target is ILocalReferenceOperation local ? local.Local : ((IParameterReferenceOperation)target).Parameter, value);

            return value;
        }

        private static Term Combine(BinaryOperatorKind kind, Term left, Term right) => kind switch
        {
            BinaryOperatorKind.Multiply => Multiply(left, right, 1),
            BinaryOperatorKind.Divide => Multiply(left, right, -1),
            BinaryOperatorKind.Add => Add(left, right),
            _ => Term.Other,
        };

        // A number does not change which factors there are. Only the result as a whole may be scaled by one: x * 3 is no input any more.
        private static Term Multiply(Term left, Term right, int power) => (left.Kind, right.Kind) switch
        {
            (Kind.Product, Kind.Product) => new Term(Kind.Product, left.Inputs + power * right.Inputs, left.Roots + power * right.Roots),
            (Kind.Product, Kind.Scalar) => left,
            (Kind.Scalar, Kind.Product) when power == 1 => right,
            (Kind.Scalar, Kind.Product) => new Term(Kind.Product, -right.Inputs, -right.Roots),
            (Kind.Scalar, Kind.Scalar) => Term.Scalar,
            _ => Term.Other,
        };

        private static Term Add(Term left, Term right) => (left, right) switch
        {
            ({ Kind: Kind.MeanSquare }, { Kind: Kind.Scalar }) or ({ Kind: Kind.Scalar }, { Kind: Kind.MeanSquare }) => Term.MeanSquare,
            _ when left == Term.Parameter && (right.Kind == Kind.Scalar || right == Term.Parameter) => Term.Parameter,
            ({ Kind: Kind.Scalar }, _) when right == Term.Parameter => Term.Parameter,
            _ when left == Term.Normalised && right == Term.Parameter || left == Term.Parameter && right == Term.Normalised => Term.Normalised,
            _ => Term.Other,
        };

        private Term Call(IInvocationOperation invocation)
        {
            var called = invocation.TargetMethod;

            if (reader.flow.HasSource(called))
            {
                return called.IsStatic || invocation.Instance is IInstanceReferenceOperation
                    ? reader.Evaluate(called, [.. invocation.Arguments.OrderBy(static argument => argument.Parameter?.Ordinal).Select(argument => Evaluate(argument.Value))])
                    : Term.Other;
            }

            var operands = new TensorOperands(invocation);
            var terms = operands.Tensors.Select(Evaluate).ToArray();
            var name = called.Name.TrimEnd('_');

            if (terms.Length == 0)
            {
                return Term.Other;
            }

            return name switch
            {
                "to" or "type" or "type_as" or "to_type" or "float" or "double" or "half" or "bfloat16" or "contiguous" or "clone" or "alias" or "view_as" => terms[0],
                "square" => Multiply(terms[0], terms[0], 1),
                "pow" when ExponentOf(operands) is { } exponent => Power(terms[0], exponent),
                "mean" when terms[0] == Term.Square && IsOverLast(operands) => Term.MeanSquare,
                "sqrt" => Power(terms[0], 0.5),
                "rsqrt" => Power(terms[0], -0.5),
                "reciprocal" => Multiply(Term.Scalar, terms[0], -1),
                "mul" or "multiply" => Multiply(terms[0], Second(), 1),
                "div" or "divide" or "true_divide" => Multiply(terms[0], Second(), -1),
                "add" => Add(terms[0], Second()),
                _ => Term.Other,
            };

            Term Second() => terms.Length > 1 ? terms[1] : Term.Scalar;
        }

        private static Term Power(Term term, double exponent) => (term, exponent) switch
        {
            _ when term == Term.Input && exponent is 2 => Term.Square,
            ({ Kind: Kind.MeanSquare }, 0.5 or -0.5) => new Term(Kind.Product, Roots: exponent > 0 ? 1 : -1),
            ({ Kind: Kind.Product }, -1) => Multiply(Term.Scalar, term, -1),
            _ => Term.Other,
        };

        private static double? ExponentOf(TensorOperands operands)
        {
            return operands["exponent"]?.Unwrap().ConstantValue is { HasValue: true, Value: IConvertible value } ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null;
        }

        private static bool IsOverLast(TensorOperands operands)
            => operands.Dims is [var dim] && dim.Unwrap().ConstantValue is { HasValue: true, Value: -1 or -1L }
                && operands["keepdim"]?.ConstantValue is { HasValue: true, Value: true };
    }
}
