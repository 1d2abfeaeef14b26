using System.Collections.Immutable;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL4002: a module that is to be pruned or matched is one that forward calls.</summary>
/// <remarks>
/// Judged are private members that the class only sets. Quiet where forward calls no module yet, where the class goes through its children without
/// naming them, and for <c>[KeepDense]</c>, which asks for nothing.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotatedModuleMustBeUsed : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.CDSL4002];

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

        if (!type.IsModule() || type.IsUnresolved())
        {
            return;
        }

        var annotated = Annotations.Members(type).Where(IsJudged).Select(static member => (Member: member, Attribute: FindRequest(member))).Where(static item => item.Attribute is not null).ToArray();

        if (annotated.Length == 0 || NamedMembers.In(type, annotated.Select(static item => item.Member), context.Compilation, token) is not { } named)
        {
            return;
        }

        foreach (var (member, attribute) in annotated)
        {
            var place = attribute!.GetLocation(token);

            // What is wrong with the attribute itself comes first.
            if (!named.Contains(member) && !ProblemCache.Find(type, context.Compilation, token).Any(problem => Equals(problem.Location, place)))
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.CDSL4002, place, member.Name, type.Name));
            }
        }
    }

    // What others can see they may call.
    private static bool IsJudged(ISymbol member)
        => member.DeclaredAccessibility == Accessibility.Private && MemberReader.FindObstacle(member) is null && MemberReader.TypeOf(member).IsModule();

    private static AttributeData? FindRequest(ISymbol member)
        => Annotations.Pruning(member).Concat(Annotations.Match(member)).FirstOrDefault(static attribute => !attribute.AttributeClass.HasMetadataName(KnownNames.KeepDenseAttribute));
}
