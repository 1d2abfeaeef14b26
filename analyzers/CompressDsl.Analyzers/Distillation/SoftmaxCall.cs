using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>A softmax, of whatever spelling.</summary>
/// <param name="Call">The call.</param>
/// <param name="IsLog">Whether it gives logarithms.</param>
/// <param name="Input">What it is taken of.</param>
/// <param name="Dim">Over which axis, where the code says it.</param>
internal sealed record SoftmaxCall(IInvocationOperation Call, bool IsLog, IOperation Input, long? Dim)
{
    /// <summary>Reads a call of <c>softmax</c> or <c>log_softmax</c>; null for anything else.</summary>
    public static SoftmaxCall? Read(IOperation operation)
    {
        if (operation is not IInvocationOperation { TargetMethod: { Name: "softmax" or "log_softmax", ContainingType: var type } method } call
            || !(type.HasMetadataName(KnownNames.Tensor) || type.HasMetadataName(KnownNames.Functional)
                || type.HasMetadataName(KnownNames.Torch) || type.HasMetadataName(KnownNames.Special)))
        {
            return null;
        }

        var input = call.Instance ?? call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value;
        var dim = call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "dim")?.Value;

        return input is null ? null : new SoftmaxCall(call, method.Name == "log_softmax", input, ToNumber(dim));
    }

    private static long? ToNumber(IOperation? dim) => dim?.ConstantValue is { HasValue: true, Value: var value }
        ? value switch
        {
            int number => number,
            long number => number,
            _ => null,
        }
        : dim is IConversionOperation conversion ? ToNumber(conversion.Operand) : null;
}
