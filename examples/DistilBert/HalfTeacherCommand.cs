using System.CommandLine;
using Shared;
using Spectre.Console;

namespace DistilBert;

/// <summary><c>prune</c>: takes half of the heads and channels of a teacher, lets what is left learn from what it was, and holds it against the same shape from scratch.</summary>
public static class HalfTeacherCommand
{
    public static Command Create()
    {
        var (json, quick, seeds) = (CommonOptions.Json(), SeededRuns.Quick(), SeededRuns.Seeds("The seeds of first weights, order and dropout, one run each."));
        var command = new Command("prune", "Half the heads and channels of the teacher, which then learns from what it was, beside the same shape from scratch in equal steps.")
        {
            json, quick, seeds,
        };
        command.SetAction((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            var (sentences, isQuick) = (Sentences.Read(), parsed.GetValue(quick));
            AnsiConsole.WriteLine(sentences.Description);
            var rows = SeededRuns.Run(parsed.GetValue(seeds)!, (seed, bar) => new HalfTeacherRun(sentences, seed, isQuick).Run(bar, cancellation));
            Show(rows);
            JsonFile.Write(parsed.GetValue(json), rows);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Show(IReadOnlyList<HalfTeacherRow> rows)
    {
        SeededRuns.Show(
            "Half the heads and channels: pruned and distilled, beside the same shape from scratch",
            rows,
            ("seed", static row => Figure.Count(row.Seed)),
            ("teacher", static row => Figure.Percent(row.Teacher)),
            ("shrunk", static row => Figure.Percent(row.Shrunk)),
            ("and distilled", static row => Figure.Percent(row.Distilled)),
            ("scratch, labels", static row => Figure.Percent(row.FromLabels)),
            ("scratch, distilled", static row => Figure.Percent(row.FromScratch)),
            ("parameters", static row => Figure.Percent((double)row.Parameters / row.TeacherParameters)),
            ("speed", static row => Figure.Times(row.Speedup)));
        AnsiConsole.WriteLine(
            $"What is left of a teacher, distilled from what it was, is better than the same shape from scratch, in as many steps, by {Better(static row => row.FromLabels)} points "
            + $"where that learns from the labels, by {Better(static row => row.FromScratch)} where it has the same teacher.");

        string Better(Func<HalfTeacherRow, double> than) => Figure.Range(rows.Select(row => row.Distilled - than(row)), Figure.Points);
    }
}
