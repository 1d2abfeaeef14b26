using System.Text;
using CompressDsl;
using Shared;
using TextTeacher;

namespace Distilling;

/// <summary>One seed: the same student twice, from the same first weights, over the same text in the same order.</summary>
public sealed class PretrainingRun(Session session, int seed, Func<string, IProgress<DistillationProgress>> bar)
{
    private const string BitsPerByte = "bits per byte";

    public PretrainingRow Run()
    {
        using var alone = new PretrainedStudent(Settings.Student, seed);
        var fromText = alone.Train(
            Text(),
            batch =>
            {
                var tokens = batch.ToTensor();
                return DistillationTerms.FromNextLabels(alone.call(tokens), tokens);
            },
            Options(alone, Settings.Pretraining),
            progress: bar("text alone"),
            cancellationToken: session.Cancellation);

        using var student = new PretrainedStudent(Settings.Student, seed);
        var distillation = new PretrainedStudentDistillation(student, session.Teacher);
        var withTeacher = distillation.Train(
            Text(),
            batch =>
            {
                var tokens = batch.ToTensor();
                return distillation.Compute(tokens, tokens);
            },
            Options(student, Settings.Pretraining with { Steps = (int)(Settings.TeacherShare * Settings.Pretraining.Steps) }),
            progress: bar("with a teacher"),
            cancellationToken: session.Cancellation);

        var goal = fromText.Evaluations[^1].Metrics[BitsPerByte];
        var reached = withTeacher.Evaluations.FirstOrDefault(point => point.Metrics[BitsPerByte] <= goal);
        return new(seed, Tokens(fromText.Steps), goal, Tokens(withTeacher.Steps), withTeacher.Evaluations[^1].Metrics[BitsPerByte], reached is null ? null : Tokens(reached.Step));
    }

    /// <summary>Every line of the text is a document.</summary>
    private PackedSequences Text() => new(
        Encoding.UTF8.GetString(session.Corpus.Train).Split('\n').Select(static line => (IReadOnlyList<long>)[.. Encoding.UTF8.GetBytes(line)]),
        new PackingOptions { Length = TrainedLlama.Context, BatchSize = Settings.PretrainingBatch, Separator = '\n', ShuffleBuffer = Settings.ShuffleBuffer, Seed = seed });

    private DistillationOptions Options(PretrainedStudent student, DistillationOptions options) => options.Shortened(session.Quick) with
    {
        Evaluation = new(Settings.EvaluateEvery, () => new Dictionary<string, double>
        {
            [BitsPerByte] = TextQuality.BitsPerByte(student, session.Corpus.Validation, Settings.EvaluationWindows, session.Cancellation),
        }),
    };

    private static long Tokens(int steps) => (long)steps * Settings.PretrainingBatch * TrainedLlama.Context;
}
