using System.CommandLine;
using Shared;
using Spectre.Console;

namespace DistilBert;

/// <summary>The command without a name: trains teachers, distils students of half the layers, trains the same students without a teacher, and measures all of them.</summary>
public static class HalfLayersCommand
{
    public static RootCommand Create()
    {
        var (json, quick, seeds) = (CommonOptions.Json(), SeededRuns.Quick(), SeededRuns.Seeds("The seeds of first weights, order and dropout, one run each."));
        var command = new RootCommand(
            "Half the layers of a BERT-style classifier, started from the teacher's and distilled: what it keeps of the accuracy, and what it wins. "
            + "The task: which assembly does a sentence of the .NET documentation belong to?")
        {
            json, quick, seeds,
        };
        command.SetAction((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            var (sentences, isQuick) = (Sentences.Read(), parsed.GetValue(quick));
            AnsiConsole.WriteLine(sentences.Description);
            var rows = SeededRuns.Run(parsed.GetValue(seeds)!, (seed, bar) => new HalfLayersRun(sentences, seed, isQuick).Run(bar, cancellation));
            var result = new HalfLayersResult(rows, ShapeSpeed.Measure(cancellation));
            Show(result);
            JsonFile.Write(parsed.GetValue(json), result);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Show(HalfLayersResult result)
    {
        SeededRuns.Show(
            "Half the layers: what is kept, and what is won",
            result.Seeds,
            ("seed", static row => Figure.Count(row.Seed)),
            ("teacher", static row => Figure.Percent(row.Teacher)),
            ("distilled", static row => Figure.Percent(row.Distilled)),
            ("of the teacher", static row => Figure.Percent(row.Kept)),
            ("from labels", static row => Figure.Percent(row.FromLabels)),
            ("parameters", static row => Figure.Percent((double)row.Parameters / row.TeacherParameters)),
            ("speed", static row => Figure.Times(row.Speedup)));

        var shapes = result.Shapes;
        AnsiConsole.WriteLine(string.Join('\n',
        [
            $"The distilled student keeps {Figure.Range(result.Seeds.Select(static row => row.Kept), Figure.Percent)} of the teacher's accuracy (published: 97%);",
            "it is better than the same student from labels, in as many steps, by "
                + $"{Figure.Range(result.Seeds.Select(static row => row.Distilled - row.FromLabels), Figure.Points)} points.",
            $"BERT-base and DistilBERT, their shapes: {Figure.Percent(1 - ((double)shapes.Parameters / shapes.TeacherParameters))} fewer parameters (published: 40%), "
                + $"{Figure.Percent(shapes.Speedup - 1)} faster (published: 60%).",
        ]));
    }
}
