using System.Collections.Immutable;
using System.Composition;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace CompressDsl.CodeFixes;

/// <summary>Makes a module the student of another one: <c>[DistillFrom(typeof(Teacher), T = 4, Alpha = 0.7)]</c>.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(MakeStudent)), Shared]
public sealed class MakeStudent : CodeRefactoringProvider
{
    /// <summary>As many as a menu can show.</summary>
    private const int MostTeachers = 20;

    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var token = context.CancellationToken;

        if (await ModuleClass.FindAsync(context.Document, context.Span, token).ConfigureAwait(false) is not { Symbol: var student } found
            || !Annotations.DistillFrom(student).IsEmpty
            || ForwardSignature.FindObstacle(student) is not null)
        {
            return;
        }

        var position = found.Declaration.SpanStart;
        var actions = ImmutableArray.CreateBuilder<CodeAction>();

        foreach (var teacher in new TeacherSearch(student, found.Model.Compilation, token).Find())
        {
            var annotation = new Annotation("DistillFrom", $"typeof({teacher.ToMinimalDisplayString(found.Model, position)}), T = 4, Alpha = 0.7");

            if (await found.AnnotateAsync([annotation], (changed, compilation) => IsMeant(changed, teacher, compilation), token).ConfigureAwait(false) is { } edits)
            {
                actions.Add(CodeAction.Create(
                    teacher.ToMinimalDisplayString(found.Model, position),
                    cancel => EditingFix.ApplyAsync(context.Document.Project.Solution, edits, cancel),
                    $"{nameof(MakeStudent)}.{teacher.GetMetadataName()}"));
            }

            if (actions.Count == MostTeachers)
            {
                break;
            }
        }

        if (actions.Count > 0)
        {
            context.RegisterRefactoring(CodeAction.Create("Make this a student of…", actions.ToImmutable(), isInlinable: false));
        }

        // The name means the same class where it is written, and a loss is generated.
        bool IsMeant(INamedTypeSymbol changed, INamedTypeSymbol teacher, Compilation compilation)
            => MatchReader.TeachersOf(changed) is [var named]
                && named.GetMetadataName() == teacher.GetMetadataName()
                && DistillationReader.Read(changed, compilation, token)?.Model is not null;
    }
}
