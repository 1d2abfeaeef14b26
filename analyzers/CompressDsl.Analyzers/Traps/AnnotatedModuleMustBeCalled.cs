using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL4001: a module that attributes speak of is called with <c>call</c>, which runs the hooks, and not with <c>forward</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotatedModuleMustBeCalled : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL4001];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.Invocation, OperationKind.MethodReference);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var (method, receiver) = context.Operation switch
        {
            IInvocationOperation invocation => (invocation.TargetMethod, invocation.Instance),
            IMethodReferenceOperation reference => (reference.Method, reference.Instance),
            _ => default,
        };

        if (receiver is not null
            && IsForwardOfModule(method)
            && HeldMember.Of(receiver) is { } member
            && HeldMember.IsSpokenOf(member, receiver.Type))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL4001, context.Operation.Syntax.GetLocation(), member.Name));
        }
    }

    // Only the forward that TorchSharp declares has a call beside it; another one with the same name has not.
    private static bool IsForwardOfModule(IMethodSymbol? method)
    {
        if (method is not { Name: "forward" })
        {
            return false;
        }

        while (method.OverriddenMethod is { } overridden)
        {
            method = overridden;
        }

        return method is { IsAbstract: true, ContainingType: { Name: "Module", ContainingType: var container } }
            && container.HasMetadataName(KnownNames.LayerFactories);
    }
}
