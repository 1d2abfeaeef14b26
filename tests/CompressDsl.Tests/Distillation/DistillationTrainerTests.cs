using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class DistillationTrainerTests : IDisposable
{
    private static readonly DistillationOptions Options = new() { Steps = 20, LearningRate = 0.01, ReportEvery = 5 };

    private readonly TinyTeacher teacher = new();
    private readonly TinyStudent student = new();

    public void Dispose()
    {
        teacher.Dispose();
        student.Dispose();
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        var distillation = new TinyDistillation(student, teacher);
        var run = DistillationTrainer.Train(student, Batches(4), b => b.Compute(distillation), Options with { Steps = 200 });
        Assert.Equal(200, run.Steps);
        Assert.Equal(200 * 8, run.Rows);
        Assert.Equal(40, run.Curve.Count);
        Assert.Equal(200, run.Curve[^1].Step);
        Assert.True(run.Curve[^1].Soft < 0.5 * run.Curve[0].Soft, $"{run.Curve[0]} .. {run.Curve[^1]}");
        Assert.All(run.Curve, static p => Assert.Equal((0.3 * p.Hard) + (0.7 * p.Soft!.Value), p.Total, 1e-5));
    }

    [Fact]
    public void Training_from_labels_alone_has_no_soft_term()
    {
        var run = DistillationTrainer.Train(student, Batches(1), b => b.FromLabels(student), Options with { Steps = 100 });
        Assert.All(run.Curve, static p => Assert.Null(p.Soft));
        Assert.All(run.Curve, static p => Assert.Equal(p.Hard, p.Total));
        Assert.True(run.Curve[^1].Hard < run.Curve[0].Hard);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.01)]
    public void Accumulated_batches_with_uneven_masks_equal_one_big_batch(double? clip)
    {
        TinyBatch[] parts = [TinyBatch.Make(1, 8, 0.9), TinyBatch.Make(2, 3, 0.4), TinyBatch.Make(3, 8, 0), TinyBatch.Make(4, 5)];
        var options = Options with { Steps = 5, GradientClip = clip };
        var big = Weights(options, [TinyBatch.Join(parts)]);
        var accumulated = Weights(options with { AccumulationSteps = parts.Length }, parts);
        AssertClose(big, accumulated);
    }

    [Fact]
    public void Two_workers_with_half_the_batches_each_equal_one_with_all()
    {
        var parts = new[] { TinyBatch.Make(1, 8, share: 0.9), TinyBatch.Make(2, 3, share: 0.4) };
        var options = Options with { Steps = 5 };
        var alone = Weights(options with { AccumulationSteps = 2 }, parts);

        using var team = new ThreadTeam(2);
        var both = new float[2][];
        var threads = Enumerable.Range(0, 2).Select(rank => new Thread(
            () => both[rank] = Weights(options with { Workers = team.Worker(rank) }, [parts[rank]]))).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());

        Assert.Equal(both[0], both[1]);
        AssertClose(alone, both[0]);
    }

    [Fact]
    public void Gradient_is_clipped_to_its_norm()
    {
        // Plain gradient descent at rate 1: what the weights move by is the gradient itself.
        var options = Options with { Steps = 1, GradientClip = 0.01, LearningRate = 1, Optimizer = static p => optim.SGD(p, 1) };
        var before = student.Weights();
        DistillationTrainer.Train(student, Batches(1), b => b.FromLabels(student), options);
        Assert.Equal(0.01, Math.Sqrt(before.Zip(student.Weights()).Sum(static p => Math.Pow(p.First - p.Second, 2))), 1e-5);
    }

    [Fact]
    public void Step_without_a_row_that_counts_changes_nothing()
    {
        var before = student.Weights();
        var afterSteps = 0;
        var run = DistillationTrainer.Train(student, [TinyBatch.Make(1, 8, share: 0)], b => b.FromLabels(student), Options, () => afterSteps++);
        Assert.Equal(before, student.Weights());
        Assert.Equal(0, run.Rows);
        Assert.Equal(0, afterSteps);
    }

    [Fact]
    public void Every_module_is_back_in_its_mode_afterwards_and_no_gradient_is_left()
    {
        student.eval();
        student.Up.train();
        var seen = false;
        DistillationTrainer.Train(student, Batches(1), b => { seen = student.training; return b.FromLabels(student); }, Options);
        Assert.True(seen);
        Assert.False(student.training);
        Assert.True(student.Up.training);
        Assert.All(student.parameters(), static p => Assert.Null(p.grad));
    }

    [Fact]
    public void Frozen_parameter_stays()
    {
        using var scope = NewDisposeScope();
        student.Up.weight!.requires_grad = false;
        var before = student.Up.weight.clone();
        DistillationTrainer.Train(student, Batches(1), b => b.FromLabels(student), Options);
        Assert.Equal(0, (before - student.Up.weight).abs().max().ToSingle());
    }

    [Fact]
    public void Hook_after_every_step_can_hold_weights_at_zero()
    {
        var steps = 0;
        DistillationTrainer.Train(student, Batches(2), b => b.FromLabels(student), Options, () =>
        {
            steps++;
            student.Up.weight![0].zero_();
        });
        using var scope = NewDisposeScope();
        Assert.Equal(20, steps);
        Assert.Equal(0, student.Up.weight![0].abs().sum().ToSingle());
    }

    [Fact]
    public void Cancellation_stops_after_a_whole_step()
    {
        using var cancellation = new CancellationTokenSource();
        var (batches, steps) = (0, 0);
        var error = Assert.Throws<OperationCanceledException>(() => DistillationTrainer.Train(
            student,
            Batches(3),
            b =>
            {
                // In the first batch of the third step: both its batches are still done.
                if (++batches == 5)
                {
                    cancellation.Cancel();
                }

                return b.FromLabels(student);
            },
            Options with { AccumulationSteps = 2 },
            () => steps++,
            cancellationToken: cancellation.Token));
        Assert.Equal((6, 3), (batches, steps));
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Contains("after 3 of 20 steps", error.Message);
        Assert.All(student.parameters(), static p => Assert.Null(p.grad));
    }

    [Fact]
    public void Cancelled_student_is_what_fewer_steps_would_have_made_it()
    {
        var constant = Options with { Schedule = LearningRateSchedule.Constant };
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => DistillationTrainer.Train(
            student, Batches(3), b => b.FromLabels(student), constant, CancelAtThree, null, cancellation.Token));

        using var other = new TinyStudent();
        DistillationTrainer.Train(other, Batches(3), b => b.FromLabels(other), constant with { Steps = 3 });
        AssertClose(other.Weights(), student.Weights());

        void CancelAtThree()
        {
            if (++steps == 3)
            {
                cancellation.Cancel();
            }
        }
    }

    [Fact]
    public void Progress_says_how_far_and_how_fast()
    {
        var seen = new Recorder();
        var run = DistillationTrainer.Train(student, Batches(1), b => b.FromLabels(student), Options with { Steps = 12 }, progress: seen);
        Assert.Equal([5, 10, 12], seen.Reports.Select(static r => r.Step));
        Assert.Equal(run.Curve, seen.Reports.Select(static r => r.Point));
        Assert.All(seen.Reports, static r => Assert.True(r.RowsPerSecond > 0 && r.Steps == 12));
        Assert.Equal(TimeSpan.Zero, seen.Reports[^1].Remaining);
        Assert.True(seen.Reports[0].Remaining > TimeSpan.Zero);
    }

    [Fact]
    public void Learning_rate_rises_in_a_line_and_falls_along_a_cosine()
    {
        var cosine = Options with { Steps = 14, WarmupSteps = 4, LearningRate = 1e-3, ReportEvery = 1 };
        var rates = Rates(cosine);
        Assert.Equal([0.25e-3, 0.5e-3, 0.75e-3, 1e-3, 1e-3], rates[..5]);
        Assert.Equal(0.5e-3, rates[9], 1e-12);
        Assert.InRange(rates[13], 1e-6, 5e-5);
        Assert.Equal(rates[4..].OrderDescending(), rates[4..]);
        Assert.Equal(1e-3, Rates(cosine with { Schedule = LearningRateSchedule.Constant })[13]);
        Assert.Equal(1e-3, Rates(cosine with { WarmupSteps = 14 })[13]);

        double[] Rates(DistillationOptions options)
        {
            var seen = new Recorder();
            DistillationTrainer.Train(student, Batches(1), b => b.FromLabels(student), options, progress: seen);
            return [.. seen.Reports.Select(static r => r.LearningRate)];
        }
    }

    [Fact]
    public void Same_seed_gives_the_same_weights_under_dropout()
    {
        AssertClose(Run(1), Run(1));
        Assert.True(Distance(Run(1), Run(2)) > 1e-3);

        static float[] Run(long seed)
        {
            using var student = new TinyStudent(dropout: 0.5);
            DistillationTrainer.Train(student, Batches(2), b => b.FromLabels(student), Options with { Seed = seed });
            return student.Weights();
        }
    }

    [Fact]
    public void Thousand_steps_leave_no_tensor_behind()
    {
        var distillation = new TinyDistillation(student, teacher);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        DistillationTrainer.Train(
            student, Batches(3), b => b.Compute(distillation), Options with { Steps = 1000 }, () => student.Up.weight![0].zero_());
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Iterator_may_keep_its_tensors_and_open_a_scope_around_each_batch()
    {
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        DistillationTrainer.Train(
            student,
            Slices(),
            b => DistillationTerms.FromLabels(student.call(b.Input), b.Labels),
            Options with { AccumulationSteps = 2 });
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        static IEnumerable<(Tensor Input, Tensor Labels)> Slices()
        {
            using var inputs = randn(12, 6);
            using var labels = randint(5, 12, int64);
            for (var i = 0; i < 12; i += 4)
            {
                using var scope = NewDisposeScope();
                yield return (inputs.narrow(0, i, 4), labels.narrow(0, i, 4));
            }
        }
    }

    [Fact]
    public void Diverged_training_is_stopped_with_advice()
    {
        var error = Assert.Throws<InvalidOperationException>(() => DistillationTrainer.Train(
            student, Batches(1), b => DistillationTerms.FromLabels(student.call(tensor(b.Input, [8, 6])) * float.NaN, tensor(b.Labels)), Options));
        Assert.Contains("The loss is NaN at step 5", error.Message);
        Assert.Contains("LearningRate (0.01)", error.Message);
    }

    [Fact]
    public void Loss_that_does_not_depend_on_the_student_is_an_error()
    {
        Assert.Contains("no_grad", Assert.Throws<InvalidOperationException>(() => DistillationTrainer.Train(
            student, Batches(1), b => { using var _ = no_grad(); return b.FromLabels(student); }, Options)).Message);
    }

    [Fact]
    public void Batches_that_run_out_are_an_error()
    {
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() =>
            DistillationTrainer.Train(student, Array.Empty<TinyBatch>(), b => b.FromLabels(student), Options)).Message);

        var once = new Queue<TinyBatch>(Batches(3));
        IEnumerable<TinyBatch> Drain()
        {
            while (once.TryDequeue(out var batch))
            {
                yield return batch;
            }
        }

        Assert.Contains("ran out after 3", Assert.Throws<ArgumentException>(() =>
            DistillationTrainer.Train(student, Drain(), b => b.FromLabels(student), Options)).Message);
    }

    [Fact]
    public void Option_out_of_range_is_named()
    {
        AssertNames(nameof(Options.Steps), Options with { Steps = 0 });
        AssertNames(nameof(Options.LearningRate), Options with { LearningRate = double.NaN });
        AssertNames(nameof(Options.WeightDecay), Options with { WeightDecay = -1 });
        AssertNames(nameof(Options.WarmupSteps), Options with { WarmupSteps = 21 });
        AssertNames(nameof(Options.GradientClip), Options with { GradientClip = 0 });
        AssertNames(nameof(Options.AccumulationSteps), Options with { AccumulationSteps = 0 });
        AssertNames(nameof(Options.ReportEvery), Options with { ReportEvery = 0 });

        foreach (var parameter in student.parameters())
        {
            parameter.requires_grad = false;
        }

        Assert.Contains("nothing to train", Assert.Throws<ArgumentException>(() =>
            DistillationTrainer.Train(student, Batches(1), b => b.FromLabels(student), Options)).Message);

        void AssertNames(string name, DistillationOptions options) => Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() =>
            DistillationTrainer.Train(student, Batches(1), b => b.FromLabels(student), options)).ParamName);
    }

    private static TinyBatch[] Batches(int count) => [.. Enumerable.Range(1, count).Select(static seed => TinyBatch.Make(seed, 8))];

    private static float[] Weights(DistillationOptions options, TinyBatch[] batches)
    {
        using var student = new TinyStudent();
        DistillationTrainer.Train(student, batches, b => b.FromLabels(student), options);
        return student.Weights();
    }

    /// <summary>To rounding, not to the bit: where a buffer happens to lie in memory decides how libtorch's kernels group their sums.</summary>
    private static void AssertClose(float[] expected, float[] actual) => Assert.InRange(Distance(expected, actual), 0, 1e-5);

    private static double Distance(float[] a, float[] b) => a.Zip(b, static (x, y) => Math.Abs((double)x - y)).Max();
}
