using System.CommandLine;
using Shared;
using Spectre.Console;

namespace Distilling;

/// <summary><c>pretraining</c>: how much less text a student needs that hears, at every byte, what else could have stood there.</summary>
public static class PretrainingCommand
{
    public static Command Create() => Session.Create<PretrainingRow>(
        "pretraining",
        "A student that learns from text and a teacher, on 70% of the text that the same student reads without one.",
        static (session, seed, bar) => new PretrainingRun(session, seed, bar).Run(),
        Show);

    private static void Show(IReadOnlyList<PretrainingRow> rows)
    {
        SeededRuns.Show(
            "Pre-training with a teacher and without, in bits per byte of the validation text",
            rows,
            ("seed", static row => Figure.Count(row.Seed)),
            ("tokens", static row => Figure.Count(row.Tokens)),
            ("text alone", static row => Figure.Thousandths(row.FromText)),
            ("tokens with a teacher", static row => Figure.Count(row.TokensWithTeacher)),
            ("with a teacher", static row => Figure.Thousandths(row.WithTeacher)),
            ("as good after", static row => row.TokensToReach is { } reached ? Figure.Percent((double)reached / row.Tokens) : "not reached"));
        var reached = rows.Where(static row => row.TokensToReach is not null).Select(static row => (double)row.TokensToReach!.Value / row.Tokens).ToArray();
        AnsiConsole.WriteLine(reached.Length < rows.Count
            ? $"With a teacher {reached.Length} of {rows.Count} students got as good as from text alone, on {Figure.Percent(Settings.TeacherShare)} of its tokens."
            : $"With a teacher the student is as good as from text alone after {Figure.Range(reached, Figure.Percent)} of its tokens.");
    }
}
