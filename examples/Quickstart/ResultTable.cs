using System.Globalization;
using Spectre.Console;

namespace Quickstart;

/// <summary>The figures as a person reads them.</summary>
public static class ResultTable
{
    public static Table Create(RunResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("What it costs and what it wins");
        table.AddColumn("model");
        table.AddColumns(new[] { "zeros", "bits per byte", "tokens/s", "speed", "bytes" }.Select(static name => new TableColumn(name).RightAligned()).ToArray());

        Add(table, "dense", sparsity: null, result.Dense);

        foreach (var pruned in result.Pruned)
        {
            Add(table, $"{pruned.Method} {pruned.Pattern}", pruned.Sparsity, pruned);
        }

        Add(table, $"{result.Recovered.Method} {result.Recovered.Pattern}", result.Recovered.Sparsity, result.Recovered);
        table.AddEmptyRow();

        var student = result.Student;
        Add(table, "half the layers, distilled", sparsity: null, new Figures(student.Distilled.BitsPerByte, student.TokensPerSecond, student.Bytes, student.Speedup));
        table.AddRow("half the layers, from labels", "", Number(student.FromLabels.BitsPerByte, "0.000"), "", "", "");

        return table;
    }

    /// <summary>What the table shows, in words, from its own figures.</summary>
    public static string Explain(RunResult result)
    {
        var lost = Find(result, "70%").BitsPerByte - result.Dense.BitsPerByte;
        var won = Find(result, "70%").BitsPerByte - result.Recovered.BitsPerByte;
        var zeros = result.Pruned.Where(static row => row.Method == "magnitude").Select(static row => row.Speedup).ToArray();
        var compact = result.Pruned.Where(static row => row.Method.StartsWith("magnitude, ", StringComparison.Ordinal)).ToArray();
        var oneShot = result.Pruned.Where(static row => row.Pattern == "70%").Except(compact);
        var student = result.Student;

        return string.Join('\n',
        [
            $"Zeros in dense storage: {Number(zeros.Min(), "0.00")}x to {Number(zeros.Max(), "0.00")}x the dense speed. They are stored and multiplied like any number.",
            $"In storage without them: {string.Join(", ", compact.Select(static row => $"{row.Method[11..]} {row.Pattern} {Number(row.Speedup, "0.00")}x"))}.",
            $"70% in one shot, without training: {string.Join(", ", oneShot.Select(static row => $"{row.Method} {Number(row.BitsPerByte, "0.000")}"))} bits per byte.",
            $"70% by magnitude lost {Number(lost, "0.000")} bits per byte; distillation with the masks held won {Number(won, "0.000")} back ({Number(100 * won / lost, "0")}%).",
            $"The student has {Number(100.0 * student.Parameters / student.TeacherParameters, "0")}% of the parameters and is {Number(student.Speedup, "0.00")}x as fast; "
                + $"distilled {Number(student.Distilled.BitsPerByte, "0.000")}, from labels alone {Number(student.FromLabels.BitsPerByte, "0.000")} bits per byte.",
            $"{Number(result.Seconds, "0")} s in all.",
        ]);
    }

    private static PrunedFigures Find(RunResult result, string pattern) => result.Pruned.First(row => row.Pattern == pattern);

    private static void Add(Table table, string name, double? sparsity, Figures figures)
        => table.AddRow(
            name,
            sparsity is { } zeros ? Number(100 * zeros, "0") + "%" : "",
            Number(figures.BitsPerByte, "0.000"),
            Number(figures.TokensPerSecond, "#,##0"),
            Number(figures.Speedup, "0.00") + "x",
            Number(figures.Bytes, "#,##0"));

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
