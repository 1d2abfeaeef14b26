using System.Diagnostics;
using System.Globalization;
using CompressDsl;
using Models;
using Shared;
using TextTeacher;
using TorchSharp;

namespace Quickstart;

/// <summary>The run: measure the dense teacher, prune it, recover it, and distil it into half of its layers.</summary>
/// <param name="corpus">The text.</param>
/// <param name="teacher">The dense model.</param>
/// <param name="budget">How much work to do.</param>
/// <param name="progress">Told what is being done, and how much of it is done, from 0 to 1.</param>
/// <param name="cancellation">Stops between two steps.</param>
public sealed class CompressionRun(Corpus corpus, Llama teacher, Budget budget, Action<string, double> progress, CancellationToken cancellation)
{
    /// <summary>Decides the first weights of the student and the order of the text, in every training alike.</summary>
    public const int Seed = 7;

    // The teacher has not seen the windows that are to come in the same order.
    private const int AdaptSeed = 8;

    /// <param name="adapts">Whether the teacher first learns from this text: it was trained on another, and a teacher that does not know a text cannot teach it.</param>
    public RunResult Run(bool adapts)
    {
        var watch = Stopwatch.StartNew();

        if (adapts)
        {
            teacher.Train(
                Batches(AdaptSeed),
                windows => LanguageModel.Terms(teacher, windows),
                TrainedLlama.Adaptation with { Steps = budget.AdaptSteps },
                progress: Report("teacher learns the corpus"),
                cancellationToken: cancellation);
        }

        progress("dense", 0);
        var dense = Measure(teacher);
        progress("dense", 1);

        return new RunResult
        {
            Dense = new Figures(dense.Quality, dense.Timing.TokensPerSecond, dense.Bytes, Speedup: 1),
            Pruned = [.. Prune(SparsityRule.Unstructured(0.5), "50%"), .. Prune(SparsityRule.Unstructured(0.7), "70%"),
                .. Prune(SparsityRule.Unstructured(0.9), "90%"), .. Prune(SparsityRule.SemiStructured(2, 4), "2:4"),
                .. PruneByData(Criterion.Wanda), .. PruneByData(Criterion.SparseGpt), .. PruneByData(Criterion.Alps)],
            Recovered = Recover(),
            Student = Distil(),
            Seconds = watch.Elapsed.TotalSeconds,
        };
    }

    /// <summary>One model pruned and measured: as it is, and again in every storage that leaves the zeros out.</summary>
    private List<PrunedFigures> Prune(SparsityRule rule, string pattern)
    {
        var step = $"magnitude {pattern}";
        progress(step, 0);
        using var model = Copy(teacher);
        var report = model.Prune(new PruneOptions { Rule = rule, Targets = PruneTargets.Weights });
        var figures = Measure(model);
        var (rows, bytes) = (new List<PrunedFigures> { Row("magnitude", figures.Bytes, figures.Timing) }, figures.Bytes);
        foreach (var (storage, kernel) in Storages(rule))
        {
            progress(step, 0.5 + (0.2 * rows.Count));
            var compact = model.Compact(kernel, Purpose.Size, cancellationToken: cancellation);
            bytes += compact.BytesAfter - compact.BytesBefore;
            rows.Add(Row($"magnitude, {storage}", bytes, Time(model)));
        }

        progress(step, 1);
        return rows;

        PrunedFigures Row(string method, long bytes, Timing timing) =>
            new(method, pattern, report.Sparsity, figures.Quality, timing.TokensPerSecond, bytes, timing.Speedup);
    }

    private static (string Name, SparseKernel Kernel)[] Storages(SparsityRule rule) =>
        [("csr", SparseKernel.Csr), rule.IsSemiStructured ? ("packed", SparseKernel.SemiStructured) : ("bitmask", SparseKernel.Bitmask)];

    /// <summary>Pruned in one shot by a criterion that looks at what goes through the layers, on text from the training part; nothing is trained.</summary>
    private IEnumerable<PrunedFigures> PruneByData(Criterion criterion)
    {
        foreach (var (rule, pattern) in ((SparsityRule, string)[])[(SparsityRule.Unstructured(0.7, criterion), "70%"), (SparsityRule.SemiStructured(2, 4, criterion), "2:4")])
        {
            var name = criterion.ToString().ToLowerInvariant();
            using var scope = torch.NewDisposeScope();
            using var model = Copy(teacher);
            var windows = TextWindows.Even(corpus.Train, budget.CalibrationWindows, batch: 1, TrainedLlama.Context).Select(static window => torch.tensor(window)).ToArray();
            var options = new PruneOptions { Rule = rule, Targets = PruneTargets.Weights, Calibration = Calibration.Of(windows, window => model.call(window)) };
            var report = model.Prune(
                options, new Told<PruneProgress>(done => progress($"{name} {pattern}", 0.9 * done.Fraction)), cancellation);
            var figures = Measure(model);
            progress($"{name} {pattern}", 1);

            yield return new(name, pattern, report.Sparsity, figures.Quality, figures.Timing.TokensPerSecond, figures.Bytes, figures.Timing.Speedup);
        }
    }

    /// <summary>Pruned as its attributes say, the model learns from the model that it was; what is pruned stays zero.</summary>
    private PrunedFigures Recover()
    {
        using var model = Copy(teacher);
        var report = model.Prune(new PruneOptions { Targets = PruneTargets.Weights });

        Distil(model, "recovery", Settings.Recovery with { Steps = budget.RecoverySteps });
        var figures = Measure(model);

        var pattern = string.Create(CultureInfo.InvariantCulture, $"{100 * report.Sparsity:0}%");

        return new("magnitude, distilled", pattern, report.Sparsity, figures.Quality, figures.Timing.TokensPerSecond, figures.Bytes, figures.Timing.Speedup);
    }

    /// <summary>Two students with the same first weights see the same text for the same number of steps, one of them with the teacher.</summary>
    private StudentFigures Distil()
    {
        var options = Settings.Student with { Steps = budget.StudentSteps };

        using var distilled = HalfOf(teacher);
        Distil(distilled, "student, distilled", options);

        using var fromLabels = HalfOf(teacher);
        fromLabels.Train(
            Batches(Seed), windows => LanguageModel.Terms(fromLabels, windows), options, progress: Report("student, from labels"), cancellationToken: cancellation);

        var figures = Measure(distilled);

        return new(
            new Quality(figures.Quality),
            new Quality(BitsPerByte(fromLabels)),
            figures.Parameters,
            teacher.parameters().Sum(static parameter => parameter.numel()),
            figures.Timing.Speedup,
            figures.Timing.TokensPerSecond,
            figures.Bytes);
    }

    private void Distil(Llama student, string step, DistillationOptions options)
    {
        var distillation = new LlamaDistillation(student, teacher);
        distillation.Train(
            Batches(Seed),
            windows =>
            {
                var tokens = torch.tensor(windows);
                return distillation.Compute(tokens, tokens);
            },
            options,
            progress: Report(step),
            cancellationToken: cancellation);
    }

    private IEnumerable<long[,]> Batches(int seed) => TextWindows.Random(corpus.Train, budget.Batch, TrainedLlama.Context, seed);

    private Measured Measure(Llama model)
    {
        var report = model.Measure(
            new MeasureOptions { Quality = ("bits per byte", () => BitsPerByte(model)) }, cancellationToken: cancellation);

        return new(report.Quality!.Value, report.Bytes, report.Parameters, Time(model));
    }

    /// <summary>The time of one window, in turn with the dense model's.</summary>
    private Timing Time(Llama model)
    {
        using var window = torch.tensor(TextWindows.Even(corpus.Validation, count: 1, batch: 1, TrainedLlama.Context).Single());
        var options = new LatencyOptions { Runs = budget.TimedRuns, ItemsPerCall = TrainedLlama.Context };
        teacher.eval();
        model.eval();
        var comparison = Latency.Compare(() => teacher.call(window), () => model.call(window), options, cancellationToken: cancellation);

        return new(comparison.Candidate.ItemsPerSecond!.Value, comparison.Speedup);
    }

    private double BitsPerByte(Llama model) => TextQuality.BitsPerByte(model, corpus.Validation, budget.ValidationWindows, cancellation);

    private IProgress<DistillationProgress> Report(string step) => new Told<DistillationProgress>(done => progress(step, (double)done.Step / done.Steps));

    private static Llama Copy(Llama source)
    {
        var copy = new Llama(source.Config);
        copy.load_state_dict(source.state_dict());

        return copy;
    }

    private static Llama HalfOf(Llama teacher)
        => new Llama(teacher.Config with { Layers = teacher.Config.Layers / 2 }).Initialize(Seed);

    private sealed record Measured(double Quality, long Bytes, long Parameters, Timing Timing);

    private sealed record Timing(double TokensPerSecond, double Speedup);
}
