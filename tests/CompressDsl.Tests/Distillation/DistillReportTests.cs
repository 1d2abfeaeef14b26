using System.Text.Json;

namespace CompressDsl.Tests;

public sealed class DistillReportTests
{
    private static readonly DistillationOptions Options = new() { Steps = 30, LearningRate = 0.01, ReportEvery = 2 };

    [Fact]
    public void One_call_trains_and_reports()
    {
        using var teacher = new TinyTeacher();
        using var student = new TinyStudent();
        var distillation = new TinyDistillation(student, teacher);
        var report = distillation.Train([TinyBatch.Make(1, 8), TinyBatch.Make(2, 8)], b => b.Compute(distillation), Options);

        Assert.Equal(("TinyStudent", "TinyTeacher", 30, 240L), (report.Student, report.Teacher, report.Steps, report.Rows));
        Assert.Equal((2, 30), (report.First.Step, report.Last.Step));
        Assert.True(report.Last.Total < report.First.Total);
        Assert.True(report.Seconds > 0 && report.RowsPerSecond > 0);

        var json = JsonDocument.Parse(report.ToJson()).RootElement;
        Assert.Equal("TinyTeacher", json.GetProperty("teacher").GetString());
        Assert.Equal(15, json.GetProperty("curve").GetArrayLength());
        Assert.Equal(report.Last.Soft, json.GetProperty("last").GetProperty("soft").GetDouble());
    }

    [Fact]
    public void Training_on_labels_alone_reports_no_teacher()
    {
        using var student = new TinyStudent();
        var report = student.Train([TinyBatch.Make(1, 8)], b => b.FromLabels(student), Options);
        Assert.Null(report.Teacher);
        Assert.DoesNotContain("teacher", report.ToString());
        Assert.False(JsonDocument.Parse(report.ToJson()).RootElement.GetProperty("last").TryGetProperty("soft", out _));
    }

    [Fact]
    public void Text_is_a_table_with_the_first_and_the_last_point()
    {
        var curve = Enumerable.Range(1, 101).Select(static i => new DistillationPoint(i * 10, [new("Hard", 2.0 / i, 0.5), new("Soft", 4.0 / i, 0.5)])).ToArray();
        var text = new DistillReport("Student", "Teacher", 1010, 1_000_000, 20, curve).ToString();
        Assert.Equal(
            """
            student            Student
            teacher            Teacher
            steps                1,010
            rows             1,000,000
            time               20.00 s
            rows per second     50,000

             step    hard    soft   total
            -----  ------  ------  ------
               10   2.000   4.000   3.000
              120  0.1667  0.3333  0.2500
              230  0.0870  0.1739  0.1304
              340  0.0588  0.1176  0.0882
              450  0.0444  0.0889  0.0667
              560  0.0357  0.0714  0.0536
              670  0.0299  0.0597  0.0448
              780  0.0256  0.0513  0.0385
              890  0.0225  0.0449  0.0337
            1,010  0.0198  0.0396  0.0297
            """.ReplaceLineEndings("\n"),
            text);
    }
}
