using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL1009: holds modules in a ModuleList, which registers them; where the code compiles with it as it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseModuleList)), Shared]
public sealed class UseModuleList : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL1009"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(token).ConfigureAwait(false);
        var declaration = root?.FindNode(diagnostic.Location.SourceSpan);
        var type = declaration switch
        {
            VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Type: var declared } } => declared,
            PropertyDeclarationSyntax { Type: var declared } => declared,
            _ => null,
        };

        if (model is null || type is null || model.GetDeclaredSymbol(declaration!, token) is not { } member || ElementOf(MemberReader.TypeOf(member)) is not { } element)
        {
            return [];
        }

        var name = model.LookupSymbols(type.SpanStart, name: "ModuleList").IsEmpty ? "TorchSharp.Modules.ModuleList" : "ModuleList";
        var list = $"{name}<{element.ToMinimalDisplayString(model, type.SpanStart)}>";
        var edits = new EditList(document.Project);
        edits.Replace(type, list);

        foreach (var value in Creations.FindValues(member, model.Compilation, token))
        {
            if (value is ObjectCreationExpressionSyntax { Type: var created })
            {
                edits.Replace(created, list);
            }
            else if (value is not (ImplicitObjectCreationExpressionSyntax or CollectionExpressionSyntax))
            {
                return [];
            }
        }

        return await CompilesAsync(document.Project, edits.ToImmutable(), token).ConfigureAwait(false)
            ? [new Remedy("Use a ModuleList", nameof(UseModuleList), edits.ToImmutable())]
            : [];
    }

    // What has a key or several types is no list.
    private static ITypeSymbol? ElementOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1, ElementType: var element } => element,
        INamedTypeSymbol { Name: "List" or "IList" or "IReadOnlyList" or "ICollection" or "IReadOnlyCollection", TypeArguments: [var element] } => element,
        _ => null,
    };

    private static async Task<bool> CompilesAsync(Project project, ImmutableArray<Edit> edits, CancellationToken token)
    {
        var changed = await ApplyAsync(project.Solution, edits, token).ConfigureAwait(false);
        var compilation = await changed.GetProject(project.Id)!.GetCompilationAsync(token).ConfigureAwait(false);

        return compilation is not null && !compilation.GetDiagnostics(token).Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }
}
