using System.Collections.Immutable;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>A rule about the kernel that multiplies with what a sparsity attribute leaves.</summary>
public abstract class KernelAnalyzer : DiagnosticAnalyzer
{
    private protected KernelAnalyzer(DiagnosticDescriptor descriptor) => SupportedDiagnostics = [descriptor];

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    /// <summary>What there is to say about one attribute, or null.</summary>
    private protected abstract Diagnostic? Judge(SparseSite site);

    private void Analyze(SymbolAnalysisContext context)
    {
        var (type, token) = ((INamedTypeSymbol)context.Symbol, context.CancellationToken);

        if (!type.IsModule())
        {
            return;
        }

        var paths = new KernelPaths(context.Compilation, token);

        foreach (var symbol in Annotations.Members(type).Prepend<ISymbol>(type))
        {
            if (Annotations.Sparsity(symbol) is [var attribute, ..]
                && RuleReader.Read(symbol, ImmutableArray.CreateBuilder<Problem>(), token) is { Pattern: not PatternKind.Dense } rule
                && Judge(new(symbol, attribute, rule, context.Compilation, paths, token)) is { } diagnostic)
            {
                context.ReportDiagnostic(diagnostic);
            }
        }
    }
}
