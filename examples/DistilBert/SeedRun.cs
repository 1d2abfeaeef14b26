using CompressDsl;
using static TorchSharp.torch;

namespace DistilBert;

/// <summary>One seed: a teacher, its student, and the same student without it.</summary>
public sealed class SeedRun(Sentences sentences, int seed)
{
    /// <param name="bar">Makes a progress bar of a name.</param>
    /// <param name="cancellation">Stops after the step that is under way.</param>
    public SeedResult Run(Func<string, IProgress<DistillationProgress>> bar, CancellationToken cancellation)
    {
        var shape = Settings.Shape(sentences.Vocabulary, sentences.Assemblies.Count);
        manual_seed(seed);
        using var teacher = new Teacher(shape);
        Train(teacher, Settings.Teacher, $"seed {seed}: teacher", bar, cancellation);

        manual_seed(seed);
        using var alone = new Student(shape);
        Train(alone, Settings.Student, $"seed {seed}: student from labels", bar, cancellation);

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
            Settings.Student with { Seed = seed },
            progress: bar($"seed {seed}: student distilled"),
            cancellationToken: cancellation);

        return new(
            seed, Accuracy(teacher), Accuracy(student), Accuracy(alone), Count(student), Count(teacher), Speedup(teacher, student, cancellation));
    }

    private void Train(
        nn.Module<Tensor, Tensor, Tensor> model,
        DistillationOptions options,
        string name,
        Func<string, IProgress<DistillationProgress>> bar,
        CancellationToken cancellation)
        => model.Train(
            new SentenceBatches(sentences.Train, seed),
            batch =>
            {
                using var scope = NewDisposeScope();
                var (tokens, mask, labels) = batch.Tensors();
                return DistillationTerms.FromLabels(model.call(tokens, mask), labels).MoveToOuterDisposeScope();
            },
            options with { Seed = seed },
            progress: bar(name),
            cancellationToken: cancellation);

    private double Accuracy(nn.Module<Tensor, Tensor, Tensor> model)
    {
        model.eval();
        using var _ = no_grad();
        var right = 0L;
        foreach (var rows in sentences.Test.Chunk(Settings.Batch))
        {
            using var scope = NewDisposeScope();
            var (tokens, mask, labels) = SentenceBatch.Of(rows).Tensors();
            right += model.call(tokens, mask).argmax(-1).eq(labels).sum().item<long>();
        }

        return (double)right / sentences.Test.Count;
    }

    private double Speedup(Teacher teacher, Student student, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (tokens, mask, _) = SentenceBatch.Of([.. sentences.Test.Take(Settings.Batch)]).Tensors();
        return Latency.Compare(() => teacher.call(tokens, mask), () => student.call(tokens, mask), cancellationToken: cancellation).Speedup;
    }

    private static long Count(nn.Module model) => model.parameters().Sum(static parameter => parameter.numel());
}
