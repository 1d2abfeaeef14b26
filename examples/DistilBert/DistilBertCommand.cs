using System.CommandLine;
using CompressDsl;
using Shared;
using Spectre.Console;

namespace DistilBert;

/// <summary>Trains teachers, distils students, trains the same students without a teacher, and measures all of them.</summary>
public static class DistilBertCommand
{
    public static RootCommand Create()
    {
        var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to this file." };
        var seeds = new Option<int[]>("--seeds")
        {
            Description = "The seeds, one run each.",
            DefaultValueFactory = static _ => [.. Settings.Seeds],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new RootCommand(
            "Half the layers of a BERT-style classifier, started from the teacher's and distilled: what it keeps of the accuracy, and what it wins. "
            + "The task: which assembly does a sentence of the .NET documentation belong to?")
        {
            json, seeds,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed.GetValue(json), parsed.GetValue(seeds)!, cancellation)));
        return command;
    }

    private static int Run(FileInfo? json, int[] seeds, CancellationToken cancellation)
    {
        JsonFile.RequireFolder(json);
        var sentences = Sentences.Read();
        AnsiConsole.MarkupLineInterpolated(
            $"{sentences.Assemblies.Count} assemblies, {sentences.Train.Count} sentences to learn from, {sentences.Test.Count} to judge by, {sentences.Vocabulary} words.");

        var runs = new List<SeedResult>();
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn()).Start(progress =>
        {
            foreach (var seed in seeds)
            {
                runs.Add(new SeedRun(sentences, seed).Run(Bar, cancellation));
            }

            IProgress<DistillationProgress> Bar(string name)
            {
                var task = progress.AddTask(name);
                return new Told<DistillationProgress>(news =>
                {
                    (task.MaxValue, task.Value) = (news.Steps, news.Step);
                });
            }
        });

        var result = new RunResult(runs, ShapeSpeed.Measure(cancellation));
        AnsiConsole.Write(ResultTable.Create(result));
        AnsiConsole.WriteLine(ResultTable.Explain(result));
        JsonFile.Write(json, result);
        return 0;
    }
}
