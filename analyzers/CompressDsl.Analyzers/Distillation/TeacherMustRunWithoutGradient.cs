using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5013: where a student is trained, its teacher is called under no_grad.</summary>
/// <remarks>
/// Judged is what stands in one method: a student that is called, its teacher, and a loss or a backward pass. Not judged: a teacher whose gradients the method
/// switches off itself, and a call whose result is detached at once, which costs memory only while it runs.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TeacherMustRunWithoutGradient : DiagnosticAnalyzer
{
    private static readonly ImmutableHashSet<string> Losses =
        ["kl_div", "mse_loss", "cosine_embedding_loss", "smooth_l1_loss", "l1_loss", "huber_loss", "cross_entropy", "nll_loss"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL5013];

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
        var calls = root.Descendants().OfType<IInvocationOperation>().ToArray();
        var models = calls.Where(IsModelCall).ToArray();

        if (models.Length < 2 || !calls.Any(IsTraining) || StudentPairs.Of(context.Compilation) is not { IsEmpty: false } pairs)
        {
            return;
        }

        foreach (var call in models)
        {
            var student = models.FirstOrDefault(other => pairs.IsTeacherOf(call.Instance!.Type, other.Instance!.Type) && !GradientScope.IsOff(other));

            if (student is not null && !GradientScope.IsOff(call) && !IsDetached(call) && !IsSeenTo(root, call.Instance!.Type!))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.CDSL5013, call.Syntax.GetLocation(), call.Instance!.Type!.Name, student.Instance!.Type!.Name));
            }
        }
    }

    private static bool IsModelCall(IInvocationOperation call) => call is { TargetMethod.Name: "call" or "forward", Instance.Type: { } type } && type.IsModule();

    private static bool IsTraining(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "backward", ContainingType: var type } => type.HasMetadataName(KnownNames.Tensor),
        { Name: var name, ContainingType: var type } => Losses.Contains(name) && type.HasMetadataName(KnownNames.Functional),
    };

    private static bool IsDetached(IInvocationOperation call)
        => call.Parent is IInvocationOperation { TargetMethod.Name: "detach" or "detach_" } detach && ReferenceEquals(detach.Instance, call);

    // Whoever sets requires_grad in the same method knows about it, and a teacher whose parameters somebody asks for may be trained there itself.
    private static bool IsSeenTo(IOperation root, ITypeSymbol teacher) => root.Descendants().Any(operation => operation switch
    {
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "requires_grad" } } => true,
        IInvocationOperation { TargetMethod.Name: "requires_grad_" } => true,
        IInvocationOperation { TargetMethod.Name: "parameters" or "named_parameters", Instance.Type: { } trained } => SymbolEqualityComparer.Default.Equals(trained, teacher),
        IObjectCreationOperation { Type: { } made } => IsDistillationOf(made, teacher),
        _ => false,
    });

    // Its constructor freezes the teacher.
    private static bool IsDistillationOf(ITypeSymbol made, ITypeSymbol teacher)
        => made.SelfAndBases().Any(type => type.HasMetadataName(KnownNames.Distillation + "`2") && SymbolEqualityComparer.Default.Equals(type.TypeArguments[1], teacher));
}
