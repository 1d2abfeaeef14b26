using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>Values that are known before a call: members, constants, what is made of them.</summary>
internal sealed partial class MethodReader
{
    /// <summary>A condition as it can be evaluated without a call; null where only a call knows.</summary>
    private FlowNode? ReadCondition(IOperation condition)
    {
        var value = ReadValue(condition);
        Escape(value is null ? condition : null);

        return value;
    }

    /// <summary>A value that is there before any call, as C#; null where only a call knows it.</summary>
    private FlowNode? ReadValue(IOperation operation)
    {
        var before = patterns.Count;
        var value = FindValue(operation);

        // What is not written declares nothing.
        while (value is null && patterns.Count > before)
        {
            declared.Remove(patterns.Pop());
        }

        return value;
    }

    private FlowNode? FindValue(IOperation operation)
    {
        var place = PlaceOf(operation);

        switch (operation)
        {
            case { ConstantValue: { HasValue: true, Value: var constant } } when operation.Type?.TypeKind != TypeKind.Enum || constant is null:
                return constant is null ? new FlowNode(FlowOp.Null, "", [], place) : new FlowNode(FlowOp.Literal, SymbolDisplay.FormatPrimitive(constant, true, false) + Suffix(constant), [], place);
            case IConversionOperation { OperatorMethod: null, IsTryCast: false, Conversion: { IsImplicit: false, IsReference: true }, Type: { } type } cast when flow.Access.CanName(type):
                return ReadValue(cast.Operand) is { } general ? new FlowNode(FlowOp.Cast, type.ToSource(), [general], place) : null;
            case IConversionOperation { OperatorMethod: null, IsTryCast: false } conversion:
                return ReadValue(conversion.Operand);
            case IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } list } when IsList(list):
                return new FlowNode(FlowOp.Member, FlowTypes.Of(list.Type).Source.Length > 0 ? "Count" : "Length", [Shapes(list, FlowTypes.Of(list.Type).Source)], place);
            case IParenthesizedOperation parenthesized:
                return ReadValue(parenthesized.Operand);
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } when owner is not null:
                return Self(place);
            case IConditionalAccessInstanceOperation when notNull.Count > 0:
                return notNull.Peek();
            case ILocalReferenceOperation or IParameterReferenceOperation:
                return ReadVariable(SymbolOf(operation)!, place);
            case IFieldReferenceOperation { Field: var field } when !FlowTypes.IsTensor(field.Type) && !Changes(field):
                return flow.Access.Read(field, ReadInstance(operation), place);
            case IPropertyReferenceOperation { Property: { IsIndexer: false } property } when !FlowTypes.IsTensor(property.Type) && !Changes(property):
                return flow.Access.Read(property, ReadInstance(operation), place);
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list, Arguments: [{ Value: var index }] } when ReadValue(list) is { } items && Dimension(index) is { } at:
                return new FlowNode(FlowOp.Index, "", [items, at], place);
            case IImplicitIndexerReferenceOperation { Instance: { } list, Argument: IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } index } when ReadValue(list) is { } items && Dimension(index.Operand) is { } at:
                return new FlowNode(FlowOp.Index, "^", [items, at], place);
            case IArrayElementReferenceOperation { Indices: [var index] } element when !FlowTypes.IsTensor(element.Type) && ReadValue(element.ArrayReference) is { } items && Dimension(index) is { } at:
                return new FlowNode(FlowOp.Index, "", [items, at], place);
            case IInvocationOperation { TargetMethod: { Name: "dim" or "ndimension", Parameters.IsEmpty: true }, Instance: { } tensor } when FlowTypes.IsTensor(tensor.Type):
                return Call("RankOf", place, Shape(tensor));
            case IPropertyReferenceOperation { Property.Name: "ndim" or "Dimensions", Instance: { } tensor } when FlowTypes.IsTensor(tensor.Type):
                return Call("RankOf", place, Shape(tensor));
            case IPropertyReferenceOperation { Property.Name: "Length", Instance: { } sizes } when ShapeOf(sizes.Unwrap()) is { } tensor:
                return Call("RankOf", place, Shape(tensor));
            case IBinaryOperation binary when OperatorOf(binary.OperatorKind) is { } word:
                return ReadComparison(binary, word, place);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not when ReadValue(not.Operand) is { } operand:
                return new FlowNode(FlowOp.Unary, "!", [operand], place);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } minus when ReadValue(minus.Operand) is { } operand:
                return new FlowNode(FlowOp.Unary, "-", [operand], place);
            case IIsPatternOperation pattern:
                return ReadPattern(pattern, place);
            case IConditionalOperation { WhenFalse: { } otherwise } conditional
                when ReadValue(conditional.Condition) is { } test && ReadValue(conditional.WhenTrue) is { } yes && ReadValue(otherwise) is { } no:
                return new FlowNode(FlowOp.Conditional, "", [test, yes, no], place);
            case IInvocationOperation { TargetMethod: { IsStatic: true } called } invocation when called.ContainingNamespace?.ToDisplayString() is "System.Linq" or "System":
                return ReadStatic(invocation, place);
            case IInvocationOperation { Instance: { } instance, TargetMethod: { Name: "children" or "named_children" or "modules" or "AsEnumerable", Parameters.IsEmpty: true } called }
                when instance.Type?.IsModule() == true && ReadValue(instance) is { } module:
                return new FlowNode(FlowOp.Member, called.Name + "()", [module], place);
            case ITupleOperation tuple when tuple.Elements.Select(ReadValue).ToArray() is var elements && !elements.Contains(null):
                return new FlowNode(FlowOp.Tuple, "", elements.Select(static element => element!).ToEquatableArray(), place);
            default:
                return null;
        }
    }

    /// <summary>A function of LINQ or of System on values; what it is given as lambdas must be about values too.</summary>
    private FlowNode? ReadStatic(IInvocationOperation invocation, FlowPlace place)
    {
        var called = invocation.TargetMethod;
        var arguments = ArgumentsOf(invocation).Select(argument => argument.Type?.TypeKind == TypeKind.Delegate ? ReadLambda(argument, asValue: true) : ReadValue(argument)).ToArray();

        // The others are inferred.
        var types = called.Name is "OfType" or "Cast" ? called.TypeArguments : [];

        return arguments.Contains(null) || !types.All(flow.Access.CanName)
            ? null
            : new FlowNode(FlowOp.Static, called.ContainingType.ToSource() + "." + called.Name + (types.IsEmpty ? "" : $"<{string.Join(", ", types.Select(static type => type.ToSource()))}>"), arguments.Select(static argument => argument!).ToEquatableArray(), place);
    }

    private FlowNode? ReadVariable(ISymbol symbol, FlowPlace place)
    {
        if (unknown.Contains(symbol) || !IsDeclared(symbol))
        {
            return null;
        }

        var type = FlowTypes.Of(symbol is ILocalSymbol local ? local.Type : ((IParameterSymbol)symbol).Type);
        var variable = Variable(symbol, place);

        return type.Kind switch
        {
            _ when IsCaptured(symbol) => FlowTypes.IsTensor(((IParameterSymbol)symbol).Type) ? null : flow.Access.Read(symbol, Self(place), place),
            FlowKind.Size when numbers.Contains(symbol) => variable,
            FlowKind.Size when symbol is IParameterSymbol parameter && !known.Contains(parameter) => null,
            FlowKind.Size => new FlowNode(FlowOp.ValueOfSize, "", [variable], place),
            FlowKind.Value => variable,
            _ => null,
        };
    }

    // The parameter of a primary constructor that a method reads lives on in a field.
    private static bool IsCaptured(ISymbol symbol) => symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } };

    // Whether a module trains, and what is switched while it runs.
    private static bool Changes(ISymbol member) => member.Name == "training" && member.ContainingType.HasMetadataName(KnownNames.Module);

    private FlowNode? ReadInstance(IOperation member) => member switch
    {
        IFieldReferenceOperation { Instance: { } instance } => ReadValue(instance),
        IPropertyReferenceOperation { Instance: { } instance } => ReadValue(instance),
        _ => null,
    };

    private FlowNode? ReadComparison(IBinaryOperation binary, string word, FlowPlace place)
    {
        var (left, right) = (binary.LeftOperand, binary.RightOperand);

        if (word is "==" or "!=" && (left.IsNull() || right.IsNull()))
        {
            var test = NullTest(left.IsNull() ? right : left, place);
            return word == "==" || test is null ? test : new FlowNode(FlowOp.Unary, "!", [test], place);
        }

        return ReadValue(left) is { } first && ReadValue(right) is { } second ? new FlowNode(FlowOp.Binary, word, [first, second], place) : null;
    }

    private FlowNode? ReadPattern(IIsPatternOperation pattern, FlowPlace place) => pattern.Pattern switch
    {
        IConstantPatternOperation { Value: var value } when value.IsNull() => NullTest(pattern.Value, place),
        INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: var value } } when value.IsNull()
            => NullTest(pattern.Value, place) is { } test ? new FlowNode(FlowOp.Unary, "!", [test], place) : null,
        IConstantPatternOperation { Value: var value } when ReadValue(pattern.Value) is { } left && ReadValue(value) is { } right => new FlowNode(FlowOp.Binary, "==", [left, right], place),
        IRecursivePatternOperation { DeconstructionSubpatterns.IsEmpty: true, PropertySubpatterns.IsEmpty: true, DeclaredSymbol: var symbol } => IsNotNull(pattern.Value, symbol, place),
        IDeclarationPatternOperation { DeclaredSymbol: var symbol, MatchedType: { } type } when flow.Access.CanName(type) && ReadValue(pattern.Value) is { } left
            => new FlowNode(FlowOp.Is, type.ToSource() + NameOf(symbol), [left], place),
        ITypePatternOperation { MatchedType: var type } when flow.Access.CanName(type) && ReadValue(pattern.Value) is { } left => new FlowNode(FlowOp.Is, type.ToSource(), [left], place),
        _ => null,
    };

    private FlowNode? IsNotNull(IOperation value, ISymbol? symbol, FlowPlace place)
    {
        var read = FlowTypes.IsTensor(value.Type) ? Shape(value) : ReadValue(value);
        return read is null || IsKept(value) ? null : new FlowNode(FlowOp.Is, "{ }" + NameOf(symbol), [read], place);
    }

    // The variable of a pattern is one of the flow from here on.
    private string NameOf(ISymbol? symbol)
    {
        if (symbol is null)
        {
            return "";
        }

        declared.Add(symbol);
        patterns.Push(symbol);

        return " " + symbol.EscapedName();
    }

    private FlowNode? NullTest(IOperation value, FlowPlace place)
    {
        // An object of the user's that is given to a method need not have come here.
        if (value.Unwrap() is IParameterReferenceOperation { Type: { } type } && FlowTypes.Of(type).Kind == FlowKind.Value && !type.IsModule())
        {
            return null;
        }

        var read = FlowTypes.IsTensor(value.Type) && SymbolOf(value.Unwrap()) is not null ? Shape(value) : ReadValue(value);

        // A tensor that is a member is there or not from the start, unless it comes and goes.
        if (read is null && !IsKept(value) && FlowTypes.IsTensor(value.Type) && value.Unwrap() is IFieldReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: false })
        {
            read = ReadTensorMember(value.Unwrap());
        }

        return read is null ? null : new FlowNode(FlowOp.IsNull, "", [read], place);
    }

    private static string? OperatorOf(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals => "==",
        BinaryOperatorKind.NotEquals => "!=",
        BinaryOperatorKind.LessThan => "<",
        BinaryOperatorKind.LessThanOrEqual => "<=",
        BinaryOperatorKind.GreaterThan => ">",
        BinaryOperatorKind.GreaterThanOrEqual => ">=",
        BinaryOperatorKind.ConditionalAnd => "&&",
        BinaryOperatorKind.ConditionalOr => "||",
        BinaryOperatorKind.Add => "+",
        BinaryOperatorKind.Subtract => "-",
        BinaryOperatorKind.Multiply => "*",
        BinaryOperatorKind.Divide or BinaryOperatorKind.IntegerDivide => "/",
        BinaryOperatorKind.Remainder => "%",
        _ => null,
    };

    private static string Suffix(object constant) => constant switch
    {
        long and (> int.MaxValue or < int.MinValue) => "L",
        float => "f",
        double => "d",
        _ => "",
    };
}
