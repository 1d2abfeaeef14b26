using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>The arguments of an operation on tensors, whether it is written as a method of a tensor or as a function.</summary>
/// <param name="invocation">The call.</param>
internal sealed class TensorOperands(IInvocationOperation invocation)
{
    private readonly IArgumentOperation[] arguments = invocation.Arguments.OrderBy(static argument => argument.Parameter?.Ordinal ?? 0).ToArray();

    /// <summary>The name of the operation.</summary>
    public string Name => invocation.TargetMethod.Name;

    /// <summary>Every tensor that it is given, the instance first.</summary>
    public IOperation[] Tensors =>
    [
        .. invocation.Instance is { } instance && FlowTypes.IsTensor(instance.Type) ? new[] { instance } : [],
        .. arguments.Select(static argument => argument.Value).Where(static value => FlowTypes.IsTensor(value.Unwrap().Type)),
    ];

    /// <summary>The first of them.</summary>
    public IOperation First => Tensors.FirstOrDefault() ?? invocation;

    /// <summary>The integers that it is given, those by default too.</summary>
    public IOperation[] Integers
        => arguments.Select(static argument => argument.Value).Where(static value => value.Unwrap().Type is { } type && FlowTypes.IsInteger(type)).ToArray();

    /// <summary>The sizes that it is given: one by one, or all at once.</summary>
    public IReadOnlyList<IOperation> Sizes
        => arguments
            .Where(static argument => argument.Parameter?.Name is "size" or "sizes" or "shape" or "rows" or "columns" or "dim0" or "dim1" or "dim2" or "dim3")
            .Select(static argument => argument.Value)
            .ToArray();

    /// <summary>The argument for a parameter, by default too.</summary>
    public IOperation? this[string parameter] => arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;

    /// <summary>Whether it is told along which dimensions it works.</summary>
    public bool HasDims => DimArguments.Any();

    /// <summary>The dimensions that it is told; null where there are none, or where they do not stand one by one.</summary>
    public IReadOnlyList<IOperation>? Dims
        => DimArguments.FirstOrDefault()?.Value.Unwrap() switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            ICollectionExpressionOperation collection when !collection.Elements.Any(static element => element is ISpreadOperation) => collection.Elements,
            ITupleOperation tuple => tuple.Elements,
            { Type: { } type } one when FlowTypes.IsInteger(type) => [one],
            _ => null,
        };

    /// <summary>How many of the tensors that it gives the code takes: by name, or by the numbers that it uses; null where that cannot be told.</summary>
    public int? Taken
    {
        get
        {
            IOperation given = invocation;

            while (given.Parent is IConversionOperation or IParenthesizedOperation)
            {
                given = given.Parent;
            }

            if (given.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var variable } })
            {
                return null;
            }

            var root = given.Parent;

            while (root.Parent is not null)
            {
                root = root.Parent;
            }

            var used = root.Descendants().OfType<IArrayElementReferenceOperation>()
                .Where(element => element.ArrayReference is ILocalReferenceOperation { Local: var local } && SymbolEqualityComparer.Default.Equals(local, variable))
                .Select(static element => element.Indices is [{ ConstantValue: { HasValue: true, Value: int index } }] ? index : -1)
                .ToArray();

            return used.Length > 0 && used.All(static index => index >= 0) ? used.Max() + 1 : null;
        }
    }

    private IEnumerable<IArgumentOperation> DimArguments
        => arguments.Where(static argument => argument is { ArgumentKind: not ArgumentKind.DefaultValue, Parameter.Name: "dim" or "dims" or "dimension" or "dimensions" or "axis" or "axes" }
            && !argument.Value.IsNull());
}
