using CompressDsl.Tests.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>bfloat16 weights with float32 masters.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class MastersTests : IDisposable
{
    private static readonly DistillationOptions Options = new()
    {
        Steps = 40,
        ReportEvery = 1,
        GradientClip = null,
        Schedule = LearningRateSchedule.Constant,
        Precision = TrainingPrecision.BFloat16Masters,
        Optimizer = static p => optim.SGD(p, 1),
    };

    private readonly TinyStudent student = new();

    public MastersTests() => student.to(ScalarType.BFloat16);

    public void Dispose() => student.Dispose();

    [Fact]
    public void Updates_that_bfloat16_would_lose_add_up()
    {
        // The gradient of every number of the bias is 1e-3; beside 1, bfloat16 has steps of 2^-8 and 2^-7: one update is less than half of one.
        using var scope = NewDisposeScope();
        Set(1);
        var run = DistillationTrainer.Train(student, [0], _ => Slope(1e-3), Options);
        Assert.Equal(TrainingPrecision.BFloat16Masters, run.Precision);
        Assert.Equal(ScalarType.BFloat16, student.Up.bias!.dtype);
        Assert.All(Bias(), static value => Assert.Equal(0.96, value, 0.002));

        // The same by hand, without masters: nothing moves.
        Set(1);
        using var _ = no_grad();
        for (var step = 0; step < 40; step++)
        {
            student.Up.bias!.sub_(1e-3);
        }

        Assert.All(Bias(), static value => Assert.Equal(1, value));
    }

    [Fact]
    public void Gradients_of_a_window_are_summed_in_float32()
    {
        // 1 and sixty-three times 2^-9: added up in bfloat16 it would stay 1.
        Set(0);
        var batches = Enumerable.Range(0, 64).Select(static i => i == 0 ? 1 : Math.Pow(2, -9)).ToArray();
        DistillationTrainer.Train(student, batches, slope => Slope(slope * 8), Options with { Steps = 1, AccumulationSteps = 64 });
        Assert.All(Bias(), static value => Assert.Equal(-8 * (1 + (63 * Math.Pow(2, -9))) / 64, value, 1e-3));
    }

    [Fact]
    public void What_is_done_after_a_step_reaches_the_masters()
    {
        Set(1);
        DistillationTrainer.Train(student, [0], _ => Slope(1e-3), Options, () => student.Up.bias![0].fill_(0.5));
        Assert.Equal(0.5, Bias()[0]);
        Assert.Equal(0.96, Bias()[1], 0.002);
    }

    [Fact]
    public void Masters_go_through_a_checkpoint_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Checkpoint = new TrainingCheckpoint(folder["run"]) };
        Set(1);
        var steps = 0;
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => DistillationTrainer.Train(student, [0], _ => Slope(1e-3), options, Count, null, cancellation.Token));

        using var other = new TinyStudent();
        other.to(ScalarType.BFloat16);
        DistillationTrainer.Train(other, [0], _ => Slope(other, 1e-3), options);
        Assert.All(Bias(other), static value => Assert.Equal(0.96, value, 0.002));

        void Count()
        {
            if (++steps == 17)
            {
                cancellation.Cancel();
            }
        }
    }

    [Fact]
    public void Terms_of_real_batches_are_learned_from()
    {
        // Not Tensor.TotalCount: TorchSharp counts one too many for every Parameter that is made from a tensor, and masters are.
        TinyBatch[] batches = [TinyBatch.Make(1, 8), TinyBatch.Make(2, 8)];
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        var run = DistillationTrainer.Train(
            student,
            batches,
            batch => DistillationTerms.FromLabels(student.call(tensor(batch.Input, [8, 6]).to(ScalarType.BFloat16)), tensor(batch.Labels)),
            Options with { Optimizer = null, LearningRate = 0.02, Steps = 200, AccumulationSteps = 2 });
        Assert.True(run.Curve[^1].Hard < 0.5 * run.Curve[0].Hard, $"{run.Curve[0]} .. {run.Curve[^1]}");
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Precision_that_does_not_fit_the_student_is_refused()
    {
        Assert.Contains("'up.weight' is BFloat16", Refusal(student, Options with { Precision = TrainingPrecision.Float32 }));
        using var full = new TinyStudent();
        Assert.Contains("student.to(torch.bfloat16)", Refusal(full, Options));

        static string Refusal(TinyStudent student, DistillationOptions options) =>
            Assert.Throws<ArgumentException>(() => DistillationTrainer.Train(student, [0], _ => Slope(student, 1), options)).Message;
    }

    private DistillationTerms Slope(double slope) => Slope(student, slope);

    /// <summary>A loss whose gradient is the same in every number of the first bias, and nothing elsewhere.</summary>
    private static DistillationTerms Slope(TinyStudent student, double slope) =>
        new((student.Up.bias!.to(ScalarType.Float32) * slope).sum(), null, 0, 1);

    private void Set(double value)
    {
        using var _ = no_grad();
        student.Up.bias!.fill_(value);
    }

    private double[] Bias() => Bias(student);

    private static double[] Bias(TinyStudent student)
    {
        using var scope = NewDisposeScope();
        return student.Up.bias!.detach().to(ScalarType.Float64).data<double>().ToArray();
    }
}
