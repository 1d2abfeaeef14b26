using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>A rule about a student: a class with <c>[DistillFrom]</c>.</summary>
public abstract class StudentAnalyzer : DiagnosticAnalyzer
{
    private protected StudentAnalyzer(DiagnosticDescriptor descriptor) => SupportedDiagnostics = [descriptor];

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    /// <summary>What there is to say about one student.</summary>
    private protected abstract IEnumerable<Diagnostic> Judge(StudentSite site);

    private void Analyze(SymbolAnalysisContext context)
    {
        var (type, token) = ((INamedTypeSymbol)context.Symbol, context.CancellationToken);

        // What does not compile, or is no module, has its words already.
        if (Annotations.DistillFrom(type) is not [_, ..] attributes
            || !type.IsModule()
            || type.IsUnresolved()
            || !attributes.All(attribute => attribute.HasItsValues(token) && attribute.Positional<ITypeSymbol?>(0, null)?.IsUnresolved() != true))
        {
            return;
        }

        foreach (var diagnostic in Judge(new StudentSite(type, attributes, context.Compilation, token)))
        {
            context.ReportDiagnostic(diagnostic);
        }
    }
}
