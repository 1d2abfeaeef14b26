using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL5012: holds the teacher in a function, which TorchSharp does not look into; where the class alone uses the field, and a constructor is given it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(HoldTeacherOutside)), Shared]
public sealed class HoldTeacherOutside : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL5012"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(token).ConfigureAwait(false);

        if (model is null
            || root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<VariableDeclaratorSyntax>()
                is not { Initializer: null, Parent: VariableDeclarationSyntax { Variables.Count: 1, Type: { } type } } declarator
            || type is NullableTypeSyntax
            || model.GetDeclaredSymbol(declarator, token) is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private } field)
        {
            return [];
        }

        var values = Creations.FindValues(field, model.Compilation, token).ToArray();
        var uses = FindUses(field, model.Compilation, token).ToArray();

        if (values.Length == 0 || !values.All(value => IsParameterOfConstructor(value, model.Compilation, token)) || uses.Any(IsInNameOf))
        {
            return [];
        }

        var edits = new EditList(document.Project);
        edits.Replace(type, $"{(model.LookupSymbols(type.SpanStart, name: "Func").IsEmpty ? "System." : "")}Func<{type}>");

        foreach (var value in values)
        {
            edits.Replace(value, $"() => {value}");
        }

        foreach (var use in uses.Where(static use => !IsTarget(use)))
        {
            edits.Insert(use.SyntaxTree, use.Span.End, "()");
        }

        return [new Remedy("Hold the teacher in a Func, which is not registered", nameof(HoldTeacherOutside), edits.ToImmutable())];
    }

    private static IEnumerable<IdentifierNameSyntax> FindUses(IFieldSymbol field, Compilation compilation, CancellationToken token)
        => field.ContainingType.DeclaringSyntaxReferences
            .SelectMany(reference => reference.GetSyntax(token).DescendantNodes().OfType<IdentifierNameSyntax>())
            .Where(name => name.Identifier.ValueText == field.Name
                && SymbolEqualityComparer.Default.Equals(compilation.GetSemanticModel(name.SyntaxTree).GetSymbolInfo(name, token).Symbol?.OriginalDefinition, field.OriginalDefinition));

    // A parameter that is set again later would be another teacher then.
    private static bool IsParameterOfConstructor(ExpressionSyntax value, Compilation compilation, CancellationToken token)
        => value is IdentifierNameSyntax
            && compilation.GetSemanticModel(value.SyntaxTree).GetSymbolInfo(value, token).Symbol is IParameterSymbol { RefKind: RefKind.None } parameter
            && value.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is { } constructor
            && !constructor.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(other => other.Left is IdentifierNameSyntax { Identifier.ValueText: var set } && set == parameter.Name);

    private static bool IsTarget(IdentifierNameSyntax use)
        => (use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : (ExpressionSyntax)use) is var whole
            && whole.Parent is AssignmentExpressionSyntax assignment && assignment.Left == whole;

    private static bool IsInNameOf(IdentifierNameSyntax use)
        => use.Ancestors().OfType<InvocationExpressionSyntax>().Any(static call => call.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" });
}
