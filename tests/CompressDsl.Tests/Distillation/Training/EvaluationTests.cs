using CompressDsl.Tests.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class EvaluationTests : IDisposable
{
    private static readonly TinyBatch[] Batches = [TinyBatch.Make(1, 8), TinyBatch.Make(2, 8)];

    private readonly TinyStudent student = new(dropout: 0.4);
    private int evaluations;

    public void Dispose() => student.Dispose();

    [Fact]
    public void Evaluation_sees_a_student_in_eval_mode_and_changes_nothing()
    {
        var options = new DistillationOptions { Steps = 10, ReportEvery = 1, Seed = 1, LearningRate = 0.01 };
        var expected = Train(options);
        using var other = new TinyStudent(dropout: 0.4);
        other.Up.eval();
        var run = DistillationTrainer.Train(other, Batches, batch => Terms(other, batch), options with { Evaluation = new(4, Measure) });
        Assert.Equal(expected.Curve, run.Curve);
        Assert.Equal([4, 8, 10], run.Evaluations.Select(static point => point.Step));
        Assert.False(other.Up.training);
        Assert.Null(run.BestStep);

        IReadOnlyDictionary<string, double> Measure()
        {
            Assert.False(other.training);
            Assert.False(is_grad_enabled());
            return new Dictionary<string, double> { ["random"] = rand(1).ToDouble() };
        }
    }

    [Fact]
    public void Training_stops_when_patience_is_over_and_keeps_the_best_weights()
    {
        var weights = new List<float[]>();
        var run = Train(Options(5, 4, 3, 3.5, 2.9, 3.1, 7), weights);

        // 3 is best at first; 2.9 is not better by more than 0.2.
        Assert.Equal(12, run.Steps);
        Assert.Equal(6, run.BestStep);
        Assert.True(run.StoppedEarly);
        Assert.Equal([2, 4, 6, 8, 10, 12], run.Evaluations.Select(static point => point.Step));
        Assert.Equal(weights[2], student.Weights());
        Assert.Equal(12, run.Curve[^1].Step);
    }

    [Fact]
    public void Higher_is_better_where_it_is_said_and_the_last_weights_stay_where_the_best_are_not_wanted()
    {
        var weights = new List<float[]>();
        var options = Options(0.5, 0.9, double.NaN, 0.8, 0.7);
        var run = Train(options with { EarlyStop = options.EarlyStop! with { HigherIsBetter = true, RestoreBest = false } }, weights);
        Assert.Equal((10, 4), (run.Steps, run.BestStep));
        Assert.Equal(weights[^1], student.Weights());
    }

    [Fact]
    public void Stopped_training_that_goes_on_stops_at_the_same_step_with_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var options = Options(5, 4, 3, 3.5, 2.9, 3.1, 7) with { Checkpoint = new TrainingCheckpoint(folder["run"]) { Every = 3 } };
        var expected = Train(options with { Checkpoint = null });
        var weights = student.Weights();

        evaluations = 0;
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        using var killed = new TinyStudent(dropout: 0.4);
        Assert.Throws<OperationCanceledException>(() => DistillationTrainer.Train(
            killed, Batches, batch => Terms(killed, batch), options, () => { if (++steps == 9) { cancellation.Cancel(); } }, null, cancellation.Token));

        for (var again = 0; again < 2; again++)
        {
            using var resumed = new TinyStudent(dropout: 0.4);
            var run = DistillationTrainer.Train(resumed, Batches, batch => Terms(resumed, batch), options);
            Assert.Equal(expected.Curve, run.Curve);
            Assert.Equal((12, 6, true), (run.Steps, run.BestStep, run.StoppedEarly));
            Assert.Equal(weights, resumed.Weights());
        }
    }

    [Fact]
    public void Metric_that_is_not_there_is_named()
    {
        var options = Options(1) with { EarlyStop = new("acuracy", 3) };
        Assert.Contains("'acuracy'; the evaluation at step 2 gave 'metric'", Assert.Throws<InvalidOperationException>(() => Train(options)).Message);
        Assert.Contains("Evaluation is null", Assert.Throws<ArgumentException>(() => Train(options with { Evaluation = null })).Message);
    }

    [Fact]
    public void Report_says_how_it_went()
    {
        var report = student.Train(Batches, batch => Terms(student, batch), Options(5, 4, 3, 3.5, 2.9, 3.1, 7));
        var text = report.ToString();
        Assert.Contains("best step", text);
        Assert.Contains("stopped early", text);
        Assert.Contains("step  metric", text);
        var json = System.Text.Json.JsonDocument.Parse(report.ToJson()).RootElement;
        Assert.Equal(6, json.GetProperty("bestStep").GetInt32());
        Assert.Equal(3, json.GetProperty("evaluations")[2].GetProperty("metrics").GetProperty("metric").GetDouble());
        Assert.Equal("float32", json.GetProperty("precision").GetString());
        Assert.Equal("Hard", json.GetProperty("curve")[0].GetProperty("terms")[0].GetProperty("name").GetString());
    }

    /// <summary>Evaluations every two steps that give these numbers.</summary>
    private DistillationOptions Options(params double[] metrics) => new()
    {
        Steps = 100,
        ReportEvery = 5,
        Seed = 1,
        LearningRate = 0.01,
        Evaluation = new(2, () => new Dictionary<string, double> { ["metric"] = metrics[evaluations++] }),
        EarlyStop = new("metric", 3) { MinDelta = 0.2 },
    };

    private DistillationRun Train(DistillationOptions options, List<float[]>? weights = null)
    {
        var steps = 0;
        return DistillationTrainer.Train(student, Batches, batch => Terms(student, batch), options, () =>
        {
            if (++steps % 2 == 0)
            {
                weights?.Add(student.Weights());
            }
        });
    }

    private static DistillationTerms Terms(TinyStudent student, TinyBatch batch) =>
        DistillationTerms.FromLabels(student.call(tensor(batch.Input, [8, 6]).clone()), tensor(batch.Labels).clone());
}
