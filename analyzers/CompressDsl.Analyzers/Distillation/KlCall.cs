using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>TorchSharp's KL divergence: <c>functional.kl_div(input, target)</c>, or the call of a <c>KLDivLoss()</c> that is made in the same method.</summary>
/// <param name="Call">The call.</param>
/// <param name="Settings">The call that says what target is and how it is reduced: the same one, or the one that makes the loss.</param>
/// <param name="Input">The logarithms of what is compared.</param>
/// <param name="Target">What it is compared with.</param>
internal sealed record KlCall(IInvocationOperation Call, IInvocationOperation Settings, IOperation Input, IOperation Target)
{
    /// <summary>Reads a call; null for anything else.</summary>
    public static KlCall? Read(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: "kl_div", ContainingType: var type } } call when type.HasMetadataName(KnownNames.Functional)
            => Create(call, call, "input", "target"),
        IInvocationOperation { TargetMethod.Name: "call" or "forward", Instance: { } loss, Arguments.Length: 2 } call when loss.Type.HasMetadataName(KnownNames.KlLoss)
            => TensorSource.Of(loss) is IInvocationOperation settings && IsFactory(settings)
                ? new KlCall(call, settings, call.Arguments[0].Value, call.Arguments[1].Value)
                : null,
        _ => null,
    };

    /// <summary>Whether a call makes a <c>KLDivLoss</c>.</summary>
    public static bool IsFactory(IInvocationOperation call)
        => call.TargetMethod is { Name: "KLDivLoss", ContainingType: var type } && type.HasMetadataName(KnownNames.LayerFactories);

    /// <summary>Whether the target is taken for logarithms; null where the code does not say.</summary>
    public bool? TakesLogTarget => Find(Settings, "log_target")?.Value.ConstantValue is { HasValue: true, Value: bool value } ? value : null;

    /// <summary>Where the method says what the target is; null where it leaves it at the default.</summary>
    public IArgumentOperation? LogTarget => Find(Settings, "log_target") is { ArgumentKind: ArgumentKind.Explicit } argument ? argument : null;

    /// <summary>Whether a call that says how is reduced says the mean over all elements, or leaves it at that default.</summary>
    public static bool IsMean(IInvocationOperation settings)
        => Find(settings, "reduction") is { Value: { ConstantValue: { HasValue: true, Value: { } value }, Type: { } type } }
            && type.GetMembers("Mean").OfType<IFieldSymbol>().Any(mean => Equals(mean.ConstantValue, value));

    private static KlCall? Create(IInvocationOperation call, IInvocationOperation settings, string input, string target)
        => Find(call, input) is { } first && Find(call, target) is { } second ? new KlCall(call, settings, first.Value, second.Value) : null;

    private static IArgumentOperation? Find(IInvocationOperation call, string parameter)
        => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter);
}
