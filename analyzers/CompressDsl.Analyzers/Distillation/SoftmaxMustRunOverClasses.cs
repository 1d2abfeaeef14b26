using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5016: the softmax of logits runs over their last axis, the classes.</summary>
/// <remarks>
/// Judged are logits that a student or teacher puts out in the same method, as far as their task says how many axes they have: three of a language model, two
/// or more of a classifier.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SoftmaxMustRunOverClasses : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL5016];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        if (SoftmaxCall.Read(context.Operation) is not { Dim: { } dim } softmax
            || FindModel(TensorSource.OfScaled(softmax.Input)) is not { } model
            || StudentPairs.Of(context.Compilation).TaskOf(model) is not { } task)
        {
            return;
        }

        var (shape, isWrong) = task == "Classification"
            ? ("[batch, classes]", dim is 0 or < -1)
            : ("[batch, length, classes]", dim is 0 or 1 or < -1);

        if (isWrong)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.CDSL5016, softmax.Call.Syntax.GetLocation(), softmax.Call.TargetMethod.Name, dim, model.Name, shape));
        }
    }

    /// <summary>The class of the model whose logits a value is; null for anything else.</summary>
    private static ITypeSymbol? FindModel(IOperation source) => source switch
    {
        IInvocationOperation { TargetMethod.Name: "call" or "forward", Instance.Type: { } type } call when call.Type.HasMetadataName(KnownNames.Tensor) => type,
        IFieldReferenceOperation { Field: { Name: var name, ContainingType.IsTupleType: true }, Instance: { } output }
            when string.Equals(name, "logits", StringComparison.OrdinalIgnoreCase)
                && TensorSource.Of(output) is IInvocationOperation { TargetMethod.Name: "call" or "forward", Instance.Type: { } type } => type,
        _ => null,
    };
}
