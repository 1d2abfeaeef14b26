using CompressDsl;
using Shared;
using static TorchSharp.torch;

namespace DistilBert;

/// <summary>One seed: a teacher, its student of half the layers, and the same student without it.</summary>
public sealed class HalfLayersRun(Sentences sentences, int seed, bool quick)
{
    /// <param name="bar">Makes a progress bar of a name.</param>
    /// <param name="cancellation">Stops after the step that is under way.</param>
    public HalfLayersRow Run(Func<string, IProgress<DistillationProgress>> bar, CancellationToken cancellation)
    {
        var shape = Settings.Shape(sentences.Vocabulary, sentences.Assemblies.Count);
        manual_seed(seed);
        using var teacher = new Teacher(shape);
        Classifier.Train(teacher, sentences, Settings.Teacher.Shortened(quick) with { Seed = seed }, bar("teacher"), cancellation);

        manual_seed(seed);
        using var alone = new Student(shape);
        Classifier.Train(alone, sentences, Settings.Student.Shortened(quick) with { Seed = seed }, bar("student from labels"), cancellation);

        manual_seed(seed);
        using var student = new Student(shape);
        student.InitializeFrom(teacher);
        var distillation = new StudentDistillation(student, teacher);
        distillation.Train(
            new SentenceBatches(sentences.Train, seed),
            batch =>
            {
                var (tokens, mask, labels) = batch.Tensors();
                return distillation.Compute(tokens, mask, labels);
            },
            Settings.Student.Shortened(quick) with { Seed = seed },
            progress: bar("student distilled"),
            cancellationToken: cancellation);

        return new(
            seed,
            Classifier.Accuracy(teacher, sentences),
            Classifier.Accuracy(student, sentences),
            Classifier.Accuracy(alone, sentences),
            Classifier.Parameters(student),
            Classifier.Parameters(teacher),
            Classifier.Speedup(teacher, student, sentences, cancellation));
    }
}
