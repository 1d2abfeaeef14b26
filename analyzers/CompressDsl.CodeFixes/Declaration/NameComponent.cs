using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL1009: has a property registered under its own name.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NameComponent)), Shared]
public sealed class NameComponent : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL1009"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(token).ConfigureAwait(false);

        if (root?.FindNode(diagnostic.Location.SourceSpan) is not PropertyDeclarationSyntax property || model?.GetDeclaredSymbol(property, token)?.Type.IsModule() != true)
        {
            return [];
        }

        var space = model.LookupSymbols(property.SpanStart, name: "ComponentNameAttribute").IsEmpty ? "TorchSharp.Utils." : "";
        var line = $"[field: {space}ComponentName(Name = nameof({property.Identifier.Text}))]";

        return
        [
            new Remedy(
                "Register it under the name of the property",
                nameof(NameComponent),
                [new Edit(document.Id, new(property.SpanStart, 0), line + TextLayout.Between(property))]),
        ];
    }
}
