using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL4003: a module that attributes speak of stays where it was put when its model was made.</summary>
/// <remarks>Not judged: a private method that a constructor calls, which is part of the making.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotatedModuleMustStay : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL4003];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var assignment = (IAssignmentOperation)context.Operation;

        if (HeldMember.Of(assignment.Target) is { } member
            && HeldMember.IsSpokenOf(member, assignment.Target.Type)
            && !IsMaking(assignment, context.ContainingSymbol, member, context.CancellationToken))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL4003, assignment.Syntax.GetLocation(), member.Name, member.ContainingType.Name));
        }
    }

    /// <summary>Whether an assignment is part of making the model: in a constructor or its helper, or in the braces behind it.</summary>
    private static bool IsMaking(IAssignmentOperation assignment, ISymbol place, ISymbol member, CancellationToken token)
        => assignment.Parent is IObjectOrCollectionInitializerOperation
            || (SymbolEqualityComparer.Default.Equals(place.ContainingType?.OriginalDefinition, member.ContainingType.OriginalDefinition)
                && (place is IMethodSymbol { MethodKind: MethodKind.Constructor } || (place is IMethodSymbol helper && ConstructorCalls.Reach(helper, token))));
}
