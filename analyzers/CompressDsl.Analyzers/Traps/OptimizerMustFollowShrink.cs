using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL4004: an optimizer is made after the call that replaces the parameters it is to hold.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptimizerMustFollowShrink : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL4004];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationBlockAction(static block =>
        {
            foreach (var root in block.OperationBlocks)
            {
                Analyze(block, root);
            }
        });
    }

    private static void Analyze(OperationBlockAnalysisContext context, IOperation root)
    {
        var all = root.Descendants().ToArray();
        var calls = all.OfType<IInvocationOperation>().Where(static call => ModelOf(call) is not null).ToArray();

        foreach (var (optimizer, made) in calls.Length == 0 ? [] : all.Select(Made).OfType<(ISymbol, IOperation)>())
        {
            if (calls.FirstOrDefault(call => HoldsParametersOf(made, ModelOf(call)!) && IsAfter(call, made) && IsUsedAfter(all, optimizer, made, call)) is { } call)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.CDSL4004, made.Syntax.GetLocation(), [call.Syntax.GetLocation()], call.TargetMethod.Name, ModelOf(call)!.Name, optimizer.Name));
            }
        }
    }

    /// <summary>The model whose parameters a call replaces; null for any other call, and where it has no name.</summary>
    private static ISymbol? ModelOf(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "Shrink", ContainingType: var type } when type.HasMetadataName(KnownNames.ShrinkExtensions) => SymbolOf(call.Arguments[0].Value),
        { Name: "Run", ContainingType: var type } when type.HasMetadataName(KnownNames.Shrinker) => SymbolOf(call.Arguments[0].Value),
        { Name: "Compact", ContainingType: var type } when type.HasMetadataName(KnownNames.Compaction) => SymbolOf(call.Arguments[0].Value),
        _ => null,
    };

    /// <summary>An optimizer that gets a value, and the value.</summary>
    private static (ISymbol Optimizer, IOperation Value)? Made(IOperation operation) => operation switch
    {
        IVariableDeclaratorOperation { Symbol: var local, Initializer.Value: var value } when local.Type.DerivesFrom(KnownNames.Optimizer) => (local, value),
        ISimpleAssignmentOperation { Target: var target, Value: var value } when target.Type.DerivesFrom(KnownNames.Optimizer) && SymbolOf(target) is { } symbol => (symbol, value),
        _ => null,
    };

    private static bool HoldsParametersOf(IOperation value, ISymbol model) => value.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call =>
        call is { TargetMethod.Name: "parameters" or "named_parameters", Instance: { } instance } && SymbolEqualityComparer.Default.Equals(SymbolOf(instance), model));

    // In the same branch, or in one that follows: of the ways of a conditional only one is taken.
    private static bool IsAfter(IOperation call, IOperation made)
    {
        if (call.Syntax.SpanStart < made.Syntax.Span.End)
        {
            return false;
        }

        var above = AncestorsAndSelf(made).ToArray();
        var meeting = AncestorsAndSelf(call).First(above.Contains);
        return meeting is IBlockOperation or IMethodBodyOperation && IsReached(above, meeting);
    }

    // What is made in a lambda, or where the method is left afterwards, is not there when the call comes.
    private static bool IsReached(IEnumerable<IOperation> above, IOperation meeting) => above.TakeWhile(operation => operation != meeting).All(static operation => operation switch
    {
        IAnonymousFunctionOperation or ILocalFunctionOperation => false,
        IBlockOperation block => !block.Operations.Any(static step => step is IReturnOperation or IThrowOperation or IBranchOperation),
        _ => true,
    });

    /// <summary>Whether an optimizer is used after a call before it gets another value: further down, or in the next round of a loop.</summary>
    private static bool IsUsedAfter(IOperation[] all, ISymbol optimizer, IOperation made, IOperation call)
    {
        var uses = all.Where(operation => SymbolEqualityComparer.Default.Equals(SymbolOf(operation), optimizer)).ToArray();
        if (uses.FirstOrDefault(use => use.Syntax.SpanStart >= call.Syntax.Span.End) is { } next)
        {
            return !IsTarget(next);
        }

        return AncestorsAndSelf(call).TakeWhile(operation => !operation.Syntax.Span.Contains(made.Syntax.Span)).OfType<ILoopOperation>()
            .Select(loop => uses.FirstOrDefault(use => loop.Syntax.Span.Contains(use.Syntax.Span)))
            .Any(static use => use is not null && !IsTarget(use));
    }

    private static bool IsTarget(IOperation use) => use.Parent is ISimpleAssignmentOperation assignment && ReferenceEquals(assignment.Target, use);

    private static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
        IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation } property => property.Property,
        IConversionOperation conversion => SymbolOf(conversion.Operand),
        _ => null,
    };

    private static IEnumerable<IOperation> AncestorsAndSelf(IOperation operation)
    {
        for (IOperation? current = operation; current is not null; current = current.Parent)
        {
            yield return current;
        }
    }
}
