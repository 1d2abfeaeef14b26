using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5017: a KL divergence under a temperature that is added to another loss, or trained on, is multiplied by the square of the temperature.</summary>
/// <remarks>
/// Judged is what stands in one method. Quiet where the temperature is used for anything but the two divisions, and where the divergence goes out of the
/// method alone: who gets it may multiply.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TemperatureMustBeSquared : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL5017];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        if (KlCall.Read(context.Operation) is { } kl
            && Temperature.Of(kl.Input) is { } temperature
            && Temperature.Of(kl.Target) is { } other
            && temperature.IsSameAs(other)
            && TensorSource.Root(kl.Call) is var root
            && !temperature.IsUsedOtherwise(root)
            && IsSummedUp(kl.Call, root, []))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL5017, kl.Call.Syntax.GetLocation(), temperature.Name));
        }
    }

    /// <summary>Whether a value becomes a summand, or what the backward pass starts from.</summary>
    private static bool IsSummedUp(IOperation value, IOperation root, ImmutableHashSet<ISymbol> seen) => value.Parent switch
    {
        IConversionOperation conversion => IsSummedUp(conversion, root, seen),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } scaled => !IsScaledBySquare(scaled, value) && IsSummedUp(scaled, root, seen),
        IInvocationOperation call when ReferenceEquals(call.Instance, value) => call.TargetMethod.Name switch
        {
            "backward" or "add" or "add_" => true,
            "sum" or "mean" or "div" or "clone" or "to" or "MoveToOuterDisposeScope" => IsSummedUp(call, root, seen),
            _ => false,
        },
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "add" or "add_" } } => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } when !seen.Contains(local)
            => root.Descendants().OfType<ILocalReferenceOperation>()
                .Any(use => SymbolEqualityComparer.Default.Equals(use.Local, local) && IsSummedUp(use, root, seen.Add(local))),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } => true,
        _ => false,
    };

    // A factor that is kept elsewhere is known by its name alone.
    private static bool IsScaledBySquare(IBinaryOperation scaled, IOperation value)
        => (ReferenceEquals(scaled.LeftOperand, value) ? scaled.RightOperand : scaled.LeftOperand).DescendantsAndSelf()
            .Any(static operation => Temperature.SymbolOf(operation) is { Name: var name } && name.IndexOf("square", StringComparison.OrdinalIgnoreCase) >= 0);
}
