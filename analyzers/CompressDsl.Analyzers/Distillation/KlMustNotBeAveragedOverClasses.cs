using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5015: a KL divergence is the sum over the classes, and a mean over rows at most.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KlMustNotBeAveragedOverClasses : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL5015];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;

        // The call of a KLDivLoss has its settings where that is made.
        if ((KlCall.IsFactory(call) || KlCall.Read(call)?.Settings == call) && KlCall.IsMean(call))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL5015, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }
    }
}
