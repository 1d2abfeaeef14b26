using System.CommandLine;
using Shared;
using Spectre.Console;

namespace Distilling;

/// <summary><c>onpolicy</c>: whether a student that is corrected while it writes writes more of what its teacher would.</summary>
public static class OnPolicyCommand
{
    public static Command Create() => Session.Create<OnPolicyRow>(
        "onpolicy",
        "A student that learns on what it writes itself, beside the same student distilled on the data's text in equal steps: how likely does the teacher find what they write?",
        static (session, seed, bar) => new OnPolicyRun(session, seed, bar).Run(),
        Show);

    private static void Show(IReadOnlyList<OnPolicyRow> rows)
    {
        SeededRuns.Show(
            "What students write, as the teacher sees it",
            rows.SelectMany(static row => row.Students.Select(student => (row.Seed, student.Name, student.Judged))),
            ("seed", static row => Figure.Count(row.Seed)),
            ("student", static row => row.Name),
            ("the teacher's perplexity", static row => Figure.Thousandths(row.Judged.Perplexity)),
            ("its own", static row => Figure.Thousandths(row.Judged.OwnPerplexity)),
            ("divergence, nats per byte", static row => Figure.Thousandths(row.Judged.Divergence)),
            ("bits per byte of real text", static row => Figure.Thousandths(row.Judged.BitsPerByte)));
        AnsiConsole.WriteLine(string.Join('\n',
        [
            $"The teacher's perplexity of what the student writes is {Range(static row => row.Offline.Perplexity)} after offline distillation, {Range(static row => row.OnPolicy.Perplexity)} after on-policy distillation.",
            $"What the divergence does alone: with the reverse KL on the data's text it is {Range(static row => row.OfflineReverse.Perplexity)}, of students that are surer of themselves;",
            $"their divergence from the teacher on their own text is {Range(static row => row.OfflineReverse.Divergence)}, that of the on-policy students {Range(static row => row.OnPolicy.Divergence)}.",
        ]));

        string Range(Func<OnPolicyRow, double> of) => Figure.Range(rows.Select(of), Figure.Thousandths);
    }
}
