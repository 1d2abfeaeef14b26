using CompressDsl.Tests.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class ResumeTests : IDisposable
{
    private const int Steps = 12;

    private static readonly TinyBatch[] Batches = [.. Enumerable.Range(1, 5).Select(static seed => TinyBatch.Make(seed, 8))];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Optimizers => [.. MakeOptimizers.Keys];

    private static Dictionary<string, Func<IReadOnlyList<Parameter>, optim.Optimizer>> MakeOptimizers { get; } = new()
    {
        ["AdamW"] = static p => optim.AdamW(p, amsgrad: true),
        ["Adam"] = static p => optim.Adam(p, amsgrad: true),
        ["SGD"] = static p => optim.SGD(p, 0.1, momentum: 0.9, nesterov: true),
        ["RMSProp"] = static p => optim.RMSProp(p, momentum: 0.5, centered: true),
        ["NAdam"] = static p => optim.NAdam(p),
        ["RAdam"] = static p => optim.RAdam(p),
        ["Adagrad"] = static p => optim.Adagrad(p),
        ["Adadelta"] = static p => optim.Adadelta(p),
        ["Adamax"] = static p => optim.Adamax(p),
        ["Rprop"] = static p => optim.Rprop(p),
        ["ASGD"] = static p => optim.ASGD(p, t0: 3),
    };

    private DistillationOptions Options => new()
    {
        Steps = Steps,
        ReportEvery = 1,
        LearningRate = 0.01,
        Seed = 3,
        Checkpoint = new TrainingCheckpoint(_folder["run"]) { Every = 4 },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_goes_on_to_the_bit(string name)
    {
        var options = Options with { Optimizer = MakeOptimizers[name] };
        var expected = Train(options with { Checkpoint = null });
        for (var stop = 2; stop < Steps; stop += 3)
        {
            Assert.Throws<OperationCanceledException>(() => Train(options, stop));
        }

        var run = Train(options);
        Assert.Equal([2, 5, 8, 11], run.Run.ResumedFrom);
        Assert.Equal(expected.Run.Curve, run.Run.Curve);
        Assert.Equal(expected.Weights, run.Weights);
        Assert.Equal(expected.Run.Rows, run.Run.Rows);
    }

    [Fact]
    public void Finished_training_returns_what_it_returned()
    {
        var first = Train(Options);
        var second = Train(Options, compute: static (_, _) => throw new InvalidOperationException("nothing is left to compute"));
        Assert.Equal(first.Run.Curve, second.Run.Curve);
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal([Steps], second.Run.ResumedFrom);
    }

    [Fact]
    public void Sums_between_two_reports_go_on_too()
    {
        var options = Options with { ReportEvery = 5 };
        var expected = Train(options with { Checkpoint = null });
        Assert.Throws<OperationCanceledException>(() => Train(options, 7));
        Assert.Equal(expected.Run.Curve, Train(options).Run.Curve);
    }

    [Fact]
    public void Other_option_is_named_with_both_values()
    {
        Assert.Throws<OperationCanceledException>(() => Train(Options, 5));
        var error = Assert.Throws<InvalidOperationException>(() => Train(Options with { LearningRate = 0.02 }));
        Assert.Contains("LearningRate: there 0.01, here 0.02", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => Train(Options with { Steps = 20 }));
        Assert.Contains("Steps: there 12, here 20", error.Message);
    }

    [Fact]
    public void Other_student_is_named()
    {
        Assert.Throws<OperationCanceledException>(() => Train(Options, 5));
        using var other = new HiddenNet(7, 0);
        var error = Assert.Throws<InvalidOperationException>(() => DistillationTrainer.Train(
            other, Batches, batch => DistillationTerms.FromLabels(other.call(tensor(batch.Input, [8, 6])), tensor(batch.Labels)), Options));
        Assert.Contains("Parameter 'down.bias': there [5] Float32", Assert.Throws<InvalidOperationException>(() => TrainFrozen()).Message);
        Assert.Contains("Parameter 'down.weight': there [5, 8] Float32, here [5, 7] Float32", error.Message);

        void TrainFrozen()
        {
            using var student = new TinyStudent();
            student.get_parameter("down.bias")!.requires_grad = false;
            DistillationTrainer.Train(student, Batches, batch => batch.FromLabels(student), Options);
        }
    }

    [Fact]
    public void Other_batches_are_noticed()
    {
        Assert.Throws<OperationCanceledException>(() => Train(Options, 8));
        var error = Assert.Throws<InvalidOperationException>(() => Train(Options, batches: Batches[..3]));
        Assert.Contains("batch 3 of pass 2", error.Message);
    }

    [Fact]
    public void Half_written_state_is_passed_over_and_said()
    {
        Assert.Throws<OperationCanceledException>(() => Train(Options, 5));
        Directory.CreateDirectory(Path.Combine(_folder["run"], ".step-00000008.tmp"));
        File.WriteAllText(Path.Combine(_folder["run"], ".step-00000008.tmp", "student.safetensors"), "half");
        var run = Train(Options).Run;
        Assert.Equal([5], run.ResumedFrom);
        Assert.Contains(".step-00000008.tmp was only half written", Assert.Single(run.Notes));
    }

    [Fact]
    public void Damaged_state_is_passed_over_for_the_one_before_and_said()
    {
        var expected = Train(Options with { Checkpoint = null });
        Assert.Throws<OperationCanceledException>(() => Train(Options, 6));
        File.WriteAllText(Path.Combine(_folder["run"], "step-00000006", "optimizer.bin"), "short");
        var run = Train(Options);
        Assert.Equal([4], run.Run.ResumedFrom);
        Assert.Contains("step-00000006 is damaged", Assert.Single(run.Run.Notes));
        Assert.Equal(expected.Weights, run.Weights);
    }

    [Fact]
    public void Only_the_newest_states_are_kept_and_the_student_can_be_loaded_from_them()
    {
        var (_, weights) = Train(Options with { Checkpoint = new TrainingCheckpoint(_folder["run"]) { Every = 1, Keep = 3 } });
        Assert.Equal(
            ["step-00000010", "step-00000011", "step-00000012"],
            Directory.GetDirectories(_folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var student = new TinyStudent();
        student.Load(Path.Combine(_folder["run"], "step-00000012", "student.safetensors"));
        Assert.Equal(weights, student.Weights());
    }

    [Fact]
    public void Two_trainings_in_one_folder_are_refused()
    {
        using var open = new TrainingCheckpoint(_folder["run"]).Open();
        Assert.Contains("Another training", Assert.Throws<InvalidOperationException>(() => Train(Options)).Message);
    }

    [Fact]
    public void Optimizer_without_a_state_is_refused_before_the_first_step()
    {
        var error = Assert.Throws<NotSupportedException>(() => Train(Options with { Optimizer = static p => optim.LBFGS(p) }));
        Assert.Contains("LBFGS", error.Message);
    }

    [Fact]
    public void Batches_that_can_begin_anywhere_do()
    {
        var expected = Train(Options with { Checkpoint = null });
        var batches = new Anywhere(Batches);
        Assert.Throws<OperationCanceledException>(() => Train(Options, 7, batches: batches));
        batches.Given = 0;
        Assert.Equal(expected.Run.Curve, Train(Options, batches: batches).Run.Curve);
        Assert.Equal(Steps - 7, batches.Given);
    }

    [Fact]
    public void Workers_of_which_one_lost_its_newest_state_go_on_together_from_the_one_before()
    {
        var first = TrainTogether();
        Directory.Delete(_folder[Path.Combine("worker-1", "step-00000006")], recursive: true);
        var second = TrainTogether();
        Assert.All(second, static run => Assert.Equal([4], run.ResumedFrom));
        Assert.Equal(first[0].Curve, second[0].Curve);
        Assert.Equal(second[0].Curve, second[1].Curve);

        DistillationRun[] TrainTogether()
        {
            using var team = new ThreadTeam(2);
            var runs = new DistillationRun[2];
            var threads = Enumerable.Range(0, 2).Select(rank => new Thread(() =>
            {
                using var student = new TinyStudent();
                runs[rank] = DistillationTrainer.Train(
                    student,
                    [Batches[rank]],
                    batch => DistillationTerms.FromLabels(student.call(tensor(batch.Input, [8, 6]).clone()), tensor(batch.Labels).clone()),
                    Options with { Steps = 6, Workers = team.Worker(rank), Checkpoint = new TrainingCheckpoint(_folder[$"worker-{rank}"]) { Every = 2 } });
            })).ToList();
            threads.ForEach(static thread => thread.Start());
            threads.ForEach(static thread => thread.Join());
            return runs;
        }
    }

    [Fact]
    public void Thousand_steps_with_checkpoints_and_resumes_leave_no_tensor_behind()
    {
        using var student = new TinyStudent(0.5);
        var options = Options with { Steps = 1000, Optimizer = MakeOptimizers["SGD"], Checkpoint = new TrainingCheckpoint(_folder["run"]) { Every = 100 } };
        var before = LivingTensors.Count();
        var steps = 0;
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => DistillationTrainer.Train(
            student, Batches, batch => batch.FromLabels(student), options, () => CancelAt(++steps), null, cancellation.Token));
        DistillationTrainer.Train(student, Batches, batch => batch.FromLabels(student), options);
        Assert.Equal(before, LivingTensors.Count());

        void CancelAt(int step)
        {
            if (step == 450)
            {
                cancellation.Cancel();
            }
        }
    }

    private static (DistillationRun Run, float[] Weights) Train(
        DistillationOptions options, int? stopAfter = null, IEnumerable<TinyBatch>? batches = null, Func<TinyStudent, TinyBatch, DistillationTerms>? compute = null)
    {
        using var student = new TinyStudent(dropout: 0.4);
        using var cancellation = new CancellationTokenSource();
        var stopper = new Stopper(stopAfter, cancellation);
        compute ??= static (student, batch) => DistillationTerms.FromLabels(
            student.call(tensor(batch.Input, [batch.Count, 6]).clone()), tensor(batch.Labels).clone(), tensor(batch.Mask).clone());
        var run = DistillationTrainer.Train(
            student, batches ?? Batches, batch => compute(student, batch), options with { Metrics = [stopper] }, stopper.AfterStep, null, cancellation.Token);
        return (run, student.Weights());
    }

    /// <summary>Cancels after a step, counted from the very start.</summary>
    private sealed class Stopper(int? after, CancellationTokenSource cancellation) : IMetricsSink
    {
        private int _step;

        public void Begin(int step) => _step = step;

        public void AfterStep()
        {
            if (++_step == after)
            {
                cancellation.Cancel();
            }
        }

        public void Write(MetricsRow row)
        {
        }

        public void Flush()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Anywhere(TinyBatch[] batches) : IResumableBatches<TinyBatch>
    {
        public int Given { get; set; }

        public IEnumerator<TinyBatch> GetEnumerator() => GetEnumerator(0, 0);

        public IEnumerator<TinyBatch> GetEnumerator(long pass, long given)
        {
            foreach (var batch in batches.Skip((int)given))
            {
                Given++;
                yield return batch;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
