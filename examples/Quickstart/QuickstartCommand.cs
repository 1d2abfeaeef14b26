using System.CommandLine;
using Shared;
using Spectre.Console;
using TextTeacher;

namespace Quickstart;

/// <summary>The command without a name: the whole run, from the dense teacher to the table.</summary>
public static class QuickstartCommand
{
    public static RootCommand Create()
    {
        var quick = new Option<bool>("--quick") { Description = "The same steps with less of each: under a minute, noisy figures." };
        var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to this file." };
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Another text: a file or a folder (default: the SDK's own documentation). The teacher learns from it for a while first.",
        };
        var teacher = new Option<FileInfo>("--teacher")
        {
            Description = "The weights to start from, as train-teacher writes them (default: those that come with the example).",
            DefaultValueFactory = _ => new FileInfo(TrainedLlama.File),
        };

        var command = new RootCommand("Prunes a small language model, recovers it, distils it into half of its layers, and measures each honestly.")
        {
            quick, json, corpus, teacher,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var text = parsed.GetValue(corpus) is { } path ? Corpus.FromPath(path) : Corpus.FromReferencePack();
            var budget = parsed.GetValue(quick) ? Budget.Quick : Budget.Full;
            JsonFile.RequireFolder(parsed.GetValue(json));

            var result = Run(text, isOwnText: parsed.GetValue(corpus) is null, budget, parsed.GetValue(teacher)!.FullName, cancellation);
            AnsiConsole.Write(ResultTable.Create(result));
            AnsiConsole.MarkupLine(ResultTable.Explain(result));
            JsonFile.Write(parsed.GetValue(json), result);
            return Task.CompletedTask;
        });

        return command;
    }

    private static RunResult Run(Corpus corpus, bool isOwnText, Budget budget, string weights, CancellationToken cancellation)
    {
        AnsiConsole.MarkupLineInterpolated($"{corpus.Description}: {corpus.Train.Length:N0} bytes to train on, {corpus.Validation.Length:N0} to validate.");
        using var teacher = TrainedLlama.Load(weights);

        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(progress =>
            {
                var tasks = new Dictionary<string, ProgressTask>();
                var run = new CompressionRun(corpus, teacher, budget, Report, cancellation);

                return run.Run(adapts: !isOwnText);

                void Report(string step, double done)
                {
                    if (!tasks.TryGetValue(step, out var task))
                    {
                        tasks[step] = task = progress.AddTask(step, maxValue: 1);
                    }

                    task.Value = done;

                    if (done >= 1)
                    {
                        task.StopTask();
                    }
                }
            });
    }
}
