using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5019: an optimizer of a student whose hidden states are projected holds the projections too.</summary>
/// <remarks>
/// Judged is what stands in one method: a distillation that computes, and the optimizer; and the <c>Optimizer</c> of options that takes the student's
/// parameters instead of what it is given. Whether there is a projection says the attribute, or the widths in the code.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ProjectionsMustBeTrained : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL5019];

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
        var calls = all.OfType<IInvocationOperation>().ToArray();
        var students = calls.Where(static call => call.TargetMethod.Name is "Compute" or "Train").Select(StudentOf).OfType<INamedTypeSymbol>().ToArray();

        // Who names the projections has thought of them.
        if (students.Length == 0 || all.OfType<IPropertyReferenceOperation>().Any(static property => property.Property.Name == "Projections"))
        {
            return;
        }

        var trains = calls.Any(static call => call.TargetMethod.Name == "Train");

        foreach (var optimizer in calls.Where(static call => call.Type.DerivesFrom(KnownNames.Optimizer)))
        {
            if (FindModel(optimizer) is { } model
                && students.FirstOrDefault(student => SymbolEqualityComparer.Default.Equals(student, model)) is { } student
                && (!trains || IsOptionOfTraining(optimizer))
                && FindProjected(student, context) is { } member)
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL5019, optimizer.Syntax.GetLocation(), member.Name, student.Name));
            }
        }
    }

    /// <summary>The student of the distillation whose method is called.</summary>
    private static INamedTypeSymbol? StudentOf(IInvocationOperation call)
        => new[] { call.Instance }.Concat(call.Arguments.Select(static argument => argument.Value)).OfType<IOperation>()
            .Select(static operation => operation is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand.Type : operation.Type)
            .SelectMany(static type => type?.SelfAndBases() ?? [])
            .FirstOrDefault(static type => type.HasMetadataName(KnownNames.Distillation + "`2"))?.TypeArguments[0] as INamedTypeSymbol;

    /// <summary>The class of the model that an optimizer takes all parameters of, and no others.</summary>
    private static ITypeSymbol? FindModel(IInvocationOperation optimizer)
        => optimizer.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value is { } given
            && TensorSource.Of(given) is IInvocationOperation { TargetMethod.Name: "parameters" or "named_parameters", Instance.Type: { } type } ? type : null;

    private static bool IsOptionOfTraining(IOperation optimizer)
    {
        for (var current = optimizer.Parent; current is not null; current = current.Parent)
        {
            if (current is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "Optimizer", ContainingType: var type } } }
                && type.HasMetadataName(KnownNames.DistillationOptions))
            {
                return true;
            }
        }

        return false;
    }

    private static ISymbol? FindProjected(INamedTypeSymbol student, OperationBlockAnalysisContext context)
    {
        if (Annotations.DistillFrom(student) is not [_, ..] attributes)
        {
            return null;
        }

        var site = new StudentSite(student, attributes, context.Compilation, context.CancellationToken);

        return site.Matches
            .Where(match => match.Attribute.Named("Projection", false) || ProjectedWidths.Find(site, match.Member, match.Attribute) is not null)
            .Select(static match => match.Member)
            .FirstOrDefault();
    }
}
