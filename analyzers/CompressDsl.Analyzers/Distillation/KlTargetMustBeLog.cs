using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5014: a KL divergence that takes the logarithms of its target is not given the target itself.</summary>
/// <remarks>Not judged: a target that comes from another method, or from a variable that is set more than once.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KlTargetMustBeLog : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL5014];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        if (KlCall.Read(context.Operation) is not { TakesLogTarget: true } kl || FindProbabilities(kl.Target) is not { } source)
        {
            return;
        }

        // For the fix: where it is said, or is to be said, what the target is.
        var where = (kl.LogTarget?.Syntax ?? kl.Settings.Syntax).GetLocation();
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL5014, kl.Call.Syntax.GetLocation(), [where], source));
    }

    /// <summary>What gives probabilities, in words; null for what may be anything.</summary>
    private static string? FindProbabilities(IOperation target) => TensorSource.Of(target) switch
    {
        var source when SoftmaxCall.Read(source) is { IsLog: false } => "a softmax",
        IInvocationOperation { TargetMethod.Name: "call", Instance.Type: { } type } when type.HasMetadataName(KnownNames.SoftmaxLayer) => "a softmax",
        IInvocationOperation { TargetMethod: { Name: "exp", ContainingType: var type }, Instance: { } logs } when type.HasMetadataName(KnownNames.Tensor)
            && SoftmaxCall.Read(TensorSource.Of(logs)) is { IsLog: true } => "the exponential of a log_softmax",
        _ => null,
    };
}
