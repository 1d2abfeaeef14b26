using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.CodeFixes;

/// <summary>CDSL3005: leaves the one size of a view that would be wrong to what is there.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LeaveSizeOpen)), Shared]
public sealed class LeaveSizeOpen : EditingFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CDSL3005"];

    internal override async Task<ImmutableArray<Remedy>> FindRemediesAsync(Document document, Diagnostic diagnostic, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(token).ConfigureAwait(false);

        if (model is null
            || root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax size
            || FindSizes(size) is not (var arguments, var sizes)
            || !IsView(arguments, model, token)
            || sizes.Any(other => other is null || other != size && IsOpen(other, model, token))
            || !CanGo(size, model, token))
        {
            return [];
        }

        // The whole list, so that of two sizes of one view only one is left open when all are fixed.
        var text = arguments.ToString();
        var start = size.SpanStart - arguments.SpanStart;

        return
        [
            new Remedy(
                "Write -1",
                nameof(LeaveSizeOpen),
                [new Edit(document.Id, arguments.Span, text.Substring(0, start) + Open(size, model, token) + text.Substring(start + size.Span.Length))]),
        ];
    }

    /// <summary>The arguments that a size stands in, and all sizes beside it; null for one that cannot be told from several.</summary>
    private static (ArgumentListSyntax Arguments, IReadOnlyList<ExpressionSyntax?> Sizes)? FindSizes(ExpressionSyntax size) => size.Parent switch
    {
        ArgumentSyntax { Parent: ArgumentListSyntax list } => (list, [.. list.Arguments.Select(static argument => argument.Expression)]),
        ExpressionElementSyntax { Parent: CollectionExpressionSyntax { Parent: ArgumentSyntax { Parent: ArgumentListSyntax { Arguments.Count: 1 } list } } all }
            => (list, [.. all.Elements.Select(static element => (element as ExpressionElementSyntax)?.Expression)]),
        InitializerExpressionSyntax
        {
            Parent: ArrayCreationExpressionSyntax { Type.RankSpecifiers: [{ Sizes: [OmittedArraySizeExpressionSyntax] }] } or ImplicitArrayCreationExpressionSyntax,
            Parent.Parent: ArgumentSyntax { Parent: ArgumentListSyntax { Arguments.Count: 1 } list },
        } all
            => (list, [.. all.Expressions]),
        _ => null,
    };

    private static bool IsView(ArgumentListSyntax arguments, SemanticModel model, CancellationToken token)
        => arguments.Parent is InvocationExpressionSyntax call
            && model.GetSymbolInfo(call, token).Symbol is IMethodSymbol { Name: "view" or "reshape", IsStatic: false } method
            && method.ContainingType.HasMetadataName(KnownNames.Tensor);

    private static bool IsOpen(ExpressionSyntax size, SemanticModel model, CancellationToken token) => model.GetConstantValue(size, token).Value is -1 or -1L;

    // A call may do something else as well, and a constant of the method that nobody reads any more is one that the compiler warns about.
    private static bool CanGo(ExpressionSyntax size, SemanticModel model, CancellationToken token)
        => model.GetTypeInfo(size, token).Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
            && size.DescendantNodesAndSelf().All(node => node switch
            {
                LiteralExpressionSyntax or BinaryExpressionSyntax or ParenthesizedExpressionSyntax or CastExpressionSyntax or PredefinedTypeSyntax
                    or MemberAccessExpressionSyntax or ThisExpressionSyntax or ElementAccessExpressionSyntax or BracketedArgumentListSyntax or ArgumentSyntax => true,
                PrefixUnaryExpressionSyntax prefix => prefix.IsKind(SyntaxKind.UnaryMinusExpression) || prefix.IsKind(SyntaxKind.IndexExpression),
                SimpleNameSyntax name => model.GetSymbolInfo(name, token).Symbol is not ILocalSymbol { IsConst: true },
                _ => false,
            });

    // The type of an array that does not say it is that of its elements.
    private static string Open(ExpressionSyntax size, SemanticModel model, CancellationToken token)
        => size.Parent?.Parent is ImplicitArrayCreationExpressionSyntax && model.GetTypeInfo(size, token).Type?.SpecialType == SpecialType.System_Int64 ? "-1L" : "-1";
}
