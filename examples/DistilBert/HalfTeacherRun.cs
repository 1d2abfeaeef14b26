using CompressDsl;
using Shared;
using static TorchSharp.torch;

namespace DistilBert;

/// <summary>One seed: a teacher loses half of its heads and channels and learns from what it was; a model of the shape that is left learns from scratch.</summary>
public sealed class HalfTeacherRun(Sentences sentences, int seed, bool quick)
{
    private readonly EncoderShape shape = Settings.Shape(sentences.Vocabulary, sentences.Assemblies.Count);

    /// <param name="bar">Makes a progress bar of a name.</param>
    /// <param name="cancellation">Stops after the step that is under way.</param>
    public HalfTeacherRow Run(Func<string, IProgress<DistillationProgress>> bar, CancellationToken cancellation)
    {
        manual_seed(seed);
        using var teacher = new Teacher(shape);
        Classifier.Train(teacher, sentences, Settings.Teacher.Shortened(quick) with { Seed = seed }, bar("teacher"), cancellation);

        using var pruned = new Teacher(shape);
        pruned.load_state_dict(teacher.state_dict());
        Halve(pruned);
        var afterShrink = Classifier.Accuracy(pruned, sentences);
        Distil(pruned, teacher, bar("pruned, distilled"), cancellation);

        using var alone = Fresh();
        Classifier.Train(alone, sentences, Settings.Recovery.Shortened(quick) with { Seed = seed }, bar("same shape, from labels"), cancellation);

        using var taught = Fresh();
        Distil(taught, teacher, bar("same shape, distilled"), cancellation);

        return new(
            seed,
            Classifier.Accuracy(teacher, sentences),
            afterShrink,
            Classifier.Accuracy(pruned, sentences),
            Classifier.Accuracy(alone, sentences),
            Classifier.Accuracy(taught, sentences),
            Classifier.Parameters(pruned),
            Classifier.Parameters(teacher),
            Classifier.Speedup(teacher, pruned, sentences, cancellation));
    }

    /// <summary>Random weights in the shape that a halved teacher has.</summary>
    private Teacher Fresh()
    {
        manual_seed(seed);
        var fresh = new Teacher(shape);
        Halve(fresh);
        return fresh;
    }

    /// <summary>Takes away what the attributes say, and of that what the loss on some training sentences says least about (Molchanov et al., arXiv 1906.10771).</summary>
    private void Halve(Teacher model)
    {
        SentenceBatch[] batches = [.. new SentenceBatches(sentences.Train, seed).Take(Settings.CalibrationBatches)];
        model.eval();
        model.Prune(new PruneOptions
        {
            Calibration = Calibration.Of(
                batches,
                batch =>
                {
                    var (tokens, mask, _) = batch.Tensors();
                    return model.call(tokens, mask);
                },
                batch =>
                {
                    var (tokens, mask, labels) = batch.Tensors();
                    return nn.functional.cross_entropy(model.call(tokens, mask), labels);
                }),
        });
        model.Shrink();
    }

    private void Distil(Teacher student, Teacher teacher, IProgress<DistillationProgress> progress, CancellationToken cancellation)
    {
        var distillation = new TeacherDistillation(student, teacher);
        distillation.Train(
            new SentenceBatches(sentences.Train, seed),
            batch =>
            {
                var (tokens, mask, labels) = batch.Tensors();
                return distillation.Compute(tokens, mask, labels);
            },
            Settings.Recovery.Shortened(quick) with { Seed = seed },
            progress: progress,
            cancellationToken: cancellation);
    }
}
