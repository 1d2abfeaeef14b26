using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL1009: an annotated class holds its modules where TorchSharp finds them, under the name that the code gives them.</summary>
/// <remarks>Judged are classes with an attribute of the language. Quiet where the class registers something by hand: it may be just that.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleMustBeRegistered : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL1009];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var (type, token) = ((INamedTypeSymbol)context.Symbol, context.CancellationToken);

        if (!type.IsModule() || type.IsUnresolved() || !IsOfTheLanguage(type) || Registration.IsByHand(type, context.Compilation, token))
        {
            return;
        }

        foreach (var member in Annotations.Members(type))
        {
            if (Registration.FindObstacle(member, context.Compilation, token) is { } obstacle && member.Locations.FirstOrDefault(static location => location.IsInSource) is { } location)
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL1009, location, member.Name, obstacle));
            }
        }

        foreach (var parameter in Registration.FindCaptured(type, context.Compilation, token))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.CDSL1009,
                parameter.Locations[0],
                parameter.Name,
                $"is kept in a hidden field, and registered as '<{parameter.Name}>P' if at all: put it into a field"));
        }
    }

    private static bool IsOfTheLanguage(INamedTypeSymbol type)
        => Annotations.IsAnnotated(type) || !Annotations.DistillFrom(type).IsEmpty || Annotations.InitializeFrom(type) is not null;
}
