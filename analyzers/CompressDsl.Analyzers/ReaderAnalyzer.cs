using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>
/// A rule that the reader holds, the same one that the generator reads with: where one of these reports, nothing is generated, and where none does
/// the code is there.
/// </summary>
public abstract class ReaderAnalyzer : DiagnosticAnalyzer
{
    private readonly DiagnosticDescriptor descriptor;

    private protected ReaderAnalyzer(DiagnosticDescriptor descriptor) => this.descriptor = descriptor;

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [descriptor];

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private void Analyze(SymbolAnalysisContext context)
    {
        foreach (var problem in ProblemCache.Find((INamedTypeSymbol)context.Symbol, context.Compilation, context.CancellationToken))
        {
            if (problem.Id == descriptor.Id)
            {
                context.ReportDiagnostic(Diagnostic.Create(descriptor, problem.Location, problem.Arguments.Select(Invariant).ToArray()));
            }
        }
    }

    // 1.5 is 1.5 to a compiler, whatever the language of its messages.
    private static object Invariant(object argument) => Convert.ToString(argument, CultureInfo.InvariantCulture) ?? "";
}
