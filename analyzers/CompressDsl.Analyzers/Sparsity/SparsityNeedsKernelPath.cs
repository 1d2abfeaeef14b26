using System.Collections.Immutable;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL2001: sparsity that is there for speed, of single weights or of blocks, has a kernel that skips the zeros.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SparsityNeedsKernelPath : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL2001];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;

        if (!type.IsModule())
        {
            return;
        }

        var paths = new KernelPaths(context.Compilation, context.CancellationToken);

        foreach (var symbol in Annotations.Members(type).Prepend<ISymbol>(type))
        {
            if (ReadRule(symbol, context.CancellationToken) is { } rule && paths.FindDense(symbol, rule) is { } reason)
            {
                var attribute = Annotations.Sparsity(symbol)[0];
                var location = attribute.GetLocation(context.CancellationToken);
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL2001, location, symbol.Name, reason, RuleReader.ShortName(attribute)));
            }
        }
    }

    /// <summary>The rule that asks for speed from zeros without a pattern of N:M, where the attribute is in order so far.</summary>
    private static RuleModel? ReadRule(ISymbol symbol, CancellationToken token)
        => RuleReader.Read(symbol, ImmutableArray.CreateBuilder<Problem>(), token) is { Pattern: PatternKind.Unstructured or PatternKind.Blocks, Purpose: "Speed" } rule
            ? rule
            : null;
}
