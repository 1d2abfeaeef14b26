using System.CommandLine;
using System.Globalization;
using CompressDsl;
using Models;
using Shared;
using Spectre.Console;
using TextTeacher;

namespace Quickstart;

/// <summary><c>train-teacher</c>: makes the file teacher.safetensors that the run starts from.</summary>
public static class TrainTeacherCommand
{
    /// <summary>Saved this often (steps), so that a run that was stopped leaves something to use.</summary>
    private const int SaveEvery = 200;

    public static Command Create()
    {
        var steps = new Option<int>("--steps") { Description = "Optimizer steps.", DefaultValueFactory = _ => Settings.TeacherTraining.Steps };
        var seed = new Option<int>("--seed") { Description = "Decides the first weights and the order of the text.", DefaultValueFactory = _ => Settings.TeacherSeed };
        var output = new Option<FileInfo>("--out") { Description = "The file to write.", DefaultValueFactory = _ => new FileInfo("teacher.safetensors") };
        var corpus = new Option<string?>("--corpus") { Description = "Another text: a file or a folder (default: the SDK's own documentation)." };
        steps.Validators.Add(result =>
        {
            if (result.GetValue(steps) < 1)
            {
                result.AddError($"--steps is {result.GetValue(steps)}; at least 1 is needed.");
            }
        });

        var command = new Command("train-teacher", "Trains the teacher anew; with the defaults this makes the file that comes with the example.")
        {
            steps, seed, output, corpus,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var text = parsed.GetValue(corpus) is { } path ? Corpus.FromPath(path) : Corpus.FromReferencePack();
            var count = parsed.GetValue(steps);
            var options = Settings.TeacherTraining with { Steps = count, WarmupSteps = Math.Min(Settings.TeacherTraining.WarmupSteps, count) };
            Run(text, options, parsed.GetValue(seed), parsed.GetValue(output)!.FullName, cancellation);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Run(Corpus corpus, DistillationOptions options, int seed, string output, CancellationToken cancellation)
    {
        AnsiConsole.MarkupLineInterpolated($"{corpus.Description}: {corpus.Train.Length:N0} bytes to train on, {corpus.Validation.Length:N0} to validate.");
        var metadata = new Dictionary<string, string>
        {
            ["corpus"] = corpus.Description,
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["steps"] = options.Steps.ToString(CultureInfo.InvariantCulture),
        };
        using var model = new Llama(TrainedLlama.Config).Initialize(seed);
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(progress =>
        {
            var task = progress.AddTask("training", maxValue: options.Steps);
            model.Train(
                TextWindows.Random(corpus.Train, TrainedLlama.Batch, TrainedLlama.Context, seed),
                windows => LanguageModel.Terms(model, windows),
                options,
                progress: new Told<DistillationProgress>(Report),
                cancellationToken: cancellation);

            void Report(DistillationProgress news)
            {
                task.Value = news.Step;
                task.Description = $"step {news.Step}, {news.Point.Hard / Math.Log(2):F2} bits per byte";
                if (news.Step % SaveEvery == 0 || news.Step == options.Steps)
                {
                    model.Save(output, metadata);
                }
            }
        });

        var bits = TextQuality.BitsPerByte(model, corpus.Validation, Settings.ValidationWindows, cancellation);
        AnsiConsole.MarkupLineInterpolated($"[green]{output}[/]: {bits:F3} bits per byte on the validation text");
    }
}
