using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace CompressDsl.CodeFixes;

/// <summary>Puts attributes for pruning on a module without any: those that its forward and its members show room for, and no rule is against.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(AnnotateForPruning)), Shared]
public sealed class AnnotateForPruning : CodeRefactoringProvider
{
    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var token = context.CancellationToken;

        if (await ModuleClass.FindAsync(context.Document, context.Span, token).ConfigureAwait(false) is not { Symbol: var type } found
            || Annotations.IsAnnotated(type)
            || Annotations.IsGradual(type)
            || !type.GetMembers("Compression").IsEmpty)
        {
            return;
        }

        var actions = ImmutableArray.CreateBuilder<CodeAction>();
        var keys = new HashSet<string>();

        foreach (var proposal in PruningProposals.Find(type, found.Model.Compilation, token))
        {
            if (!keys.Contains(proposal.Key) && await found.AnnotateAsync(proposal.Annotations, IsMeant, token).ConfigureAwait(false) is { } edits)
            {
                keys.Add(proposal.Key);
                actions.Add(CodeAction.Create(
                    proposal.Title, cancel => EditingFix.ApplyAsync(context.Document.Project.Solution, edits, cancel), $"{nameof(AnnotateForPruning)}.{proposal.Key}"));
            }
        }

        if (actions.Count > 0)
        {
            context.RegisterRefactoring(CodeAction.Create("Annotate for pruning", actions.ToImmutable(), isInlinable: false));
        }

        // Code is generated, nothing hides channels, and every attribute about structure has something that can go.
        bool IsMeant(INamedTypeSymbol changed, Compilation compilation)
            => Annotations.IsAnnotated(changed)
                && CompressionReader.Read(changed, compilation, token) is { Model: { } model, Warnings: var warnings }
                && warnings.All(static warning => warning.Id == "CDSL2005")
                && model.Structures.All(static structure => structure.Kind == Models.StructureKind.Layers || structure.Groups.Any(static group => group.Obstacle is null));
    }
}
