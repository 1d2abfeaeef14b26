using CompressDsl.Tests.Checkpoints;

namespace CompressDsl.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_has_every_number_and_a_column_that_comes_later_is_put_at_the_end()
    {
        using (var sink = new CsvMetrics(_folder["metrics.csv"]))
        {
            sink.Begin(0);
            sink.Write(Row(5, 2));
            sink.Write(Row(10, 1.5, ("a,b", double.NaN)));
            sink.Write(new MetricsRow(12, null, new(12, new Dictionary<string, double> { ["a,b"] = 1.0 / 3 })));
        }

        Assert.Equal(
            [
                "step,loss/Hard,loss/Soft,weighted/Hard,weighted/Soft,loss/total,learning_rate,rows_per_second,\"evaluation/a,b\"",
                "5,2,4,0.5,3,3.5,0.001,100,",
                "10,1.5,3,0.375,2.25,2.625,0.001,100,NaN",
                "12,,,,,,,,0.3333333333333333",
            ],
            File.ReadAllLines(_folder["metrics.csv"]));
    }

    [Fact]
    public void Json_lines_have_one_object_a_row()
    {
        using (var sink = new JsonLinesMetrics(_folder["new/metrics.jsonl"]))
        {
            sink.Begin(0);
            sink.Write(Row(5, 2, ("accuracy", double.PositiveInfinity)));
        }

        Assert.Equal(
            """{"step":5,"loss/Hard":2,"loss/Soft":4,"weighted/Hard":0.5,"weighted/Soft":3,"loss/total":3.5,"learning_rate":0.001,"rows_per_second":100,"evaluation/accuracy":"Infinity"}""",
            Assert.Single(File.ReadAllLines(_folder["new/metrics.jsonl"])));
    }

    [Fact]
    public void Tensorboard_files_are_whole_records_of_scalars()
    {
        using (var sink = new TensorBoardMetrics(_folder["board"]))
        {
            sink.Begin(0);
            sink.Write(Row(300, 2, ("accuracy", 0.25)));
            sink.Flush();
        }

        Assert.Equal(
            [
                (300, "evaluation/accuracy", 0.25f), (300, "learning_rate", 0.001f), (300, "loss/Hard", 2f), (300, "loss/Soft", 4f), (300, "loss/total", 3.5f),
                (300, "rows_per_second", 100f), (300, "weighted/Hard", 0.5f), (300, "weighted/Soft", 3f),
            ],
            TestEvents.ReadFolder(_folder["board"]));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("board")]
    public void Going_on_cuts_off_what_came_after_the_state_and_what_was_torn(string kind)
    {
        var path = _folder[kind];
        using (var sink = Make(kind, path))
        {
            sink.Begin(0);
            sink.Write(Row(5, 2));
            sink.Write(Row(10, 1));
            sink.Write(Row(15, 7, ("x", 1)));
        }

        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path) : [path])
        {
            // A kill in the middle of a write.
            File.WriteAllBytes(file, [.. File.ReadAllBytes(file), .. File.ReadAllBytes(file)[..9]]);
        }

        using (var sink = Make(kind, path))
        {
            sink.Begin(10);
            sink.Write(Row(15, 0.5));
        }

        Assert.Equal([(5, 2), (10, 1), (15, 0.5)], Hard(kind, path));

        using (var sink = Make(kind, path))
        {
            sink.Begin(0);
            sink.Write(Row(5, 3));
        }

        Assert.Equal([(5, 3)], Hard(kind, path));
    }

    private static IMetricsSink Make(string kind, string path) => kind switch
    {
        "csv" => new CsvMetrics(path),
        "jsonl" => new JsonLinesMetrics(path),
        _ => new TensorBoardMetrics(path),
    };

    private static (int Step, double Value)[] Hard(string kind, string path) => kind switch
    {
        "csv" => [.. File.ReadLines(path).Skip(1).Select(static line => line.Split(',')).Select(static cells => (int.Parse(cells[0]), double.Parse(cells[1])))],
        "jsonl" => [.. File.ReadLines(path)
            .Select(static line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Select(static row => (row.GetProperty("step").GetInt32(), row.GetProperty("loss/Hard").GetDouble()))],
        _ => [.. TestEvents.ReadFolder(path).Where(static value => value.Tag == "loss/Hard").Select(static value => ((int)value.Step, (double)value.Value))],
    };

    private static MetricsRow Row(int step, double hard, params (string Name, double Value)[] metrics) => new(
        step,
        new(new(step, [new("Hard", hard, 0.25), new("Soft", 2 * hard, 0.75)]), 100, 0.001, 100, TimeSpan.Zero, TimeSpan.Zero),
        metrics.Length == 0 ? null : new(step, metrics.ToDictionary(static metric => metric.Name, static metric => metric.Value)));
}
