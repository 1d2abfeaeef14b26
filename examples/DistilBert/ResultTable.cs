using System.Globalization;
using Spectre.Console;

namespace DistilBert;

/// <summary>The figures as a person reads them.</summary>
public static class ResultTable
{
    public static Table Create(RunResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("Half the layers: what is kept, and what is won");
        table.AddColumn("seed");
        table.AddColumns(new[] { "teacher", "distilled", "of the teacher", "from labels", "parameters", "speed" }
            .Select(static name => new TableColumn(name).RightAligned()).ToArray());
        foreach (var row in result.Seeds)
        {
            table.AddRow(
                row.Seed.ToString(CultureInfo.InvariantCulture),
                Percent(row.Teacher),
                Percent(row.Distilled),
                Percent(row.Kept),
                Percent(row.FromLabels),
                Percent((double)row.Parameters / row.TeacherParameters),
                Times(row.Speedup));
        }

        return table;
    }

    /// <summary>What the table shows, in words, from its own figures.</summary>
    public static string Explain(RunResult result)
    {
        var seeds = result.Seeds;
        var shapes = result.Shapes;
        return string.Join('\n',
        [
            $"The distilled student keeps {Percent(seeds.Min(static row => row.Kept))} to {Percent(seeds.Max(static row => row.Kept))} of the teacher's accuracy (published: 97%);",
            $"it is better than the same student from labels, in as many steps, by {Points(seeds.Min(Won))} to {Points(seeds.Max(Won))} points.",
            $"BERT-base and DistilBERT, their shapes: {Percent(1 - ((double)shapes.Parameters / shapes.TeacherParameters))} fewer parameters (published: 40%), "
                + $"{Percent(shapes.Speedup - 1)} faster (published: 60%).",
        ]);

        static double Won(SeedResult row) => row.Distilled - row.FromLabels;
    }

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Times(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture) + "x";
}
