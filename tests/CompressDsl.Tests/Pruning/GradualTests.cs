using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>Pruning over the steps of a training.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class GradualTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public GradualTests() => manual_seed(3);

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Rules =>
        ["per layer", "per row", "global", "blocks", "random", "movement", "taylor", "fisher"];

    [Fact]
    public void A_cubic_ramp_begins_steep_and_ends_at_the_target()
    {
        var schedule = new GradualSchedule(1000, Begin: 200, Every: 300);

        Assert.Equal([0, 0, 0.875, 1, 1], ((int[])[0, 200, 700, 1200, 5000]).Select(schedule.Reached));
        Assert.Equal([200, 500, 800, 1100, 1200], Enumerable.Range(0, 2000).Where(schedule.IsDue));
        Assert.Equal(1200, schedule.End);
    }

    [Fact]
    public void A_linear_ramp_is_a_line()
    {
        var schedule = new GradualSchedule(100, Ramp.Linear);

        Assert.Equal([0, 0.25, 0.5, 1], ((int[])[0, 25, 50, 100]).Select(schedule.Reached));
    }

    [Fact]
    public void Schedules_end_beyond_the_largest_step()
        => Assert.False(new GradualSchedule(int.MaxValue, Begin: int.MaxValue).IsDue(7));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Masks_only_grow_and_the_target_is_reached_exactly(string name)
    {
        using var model = Net(Rule(name).Gradually(new(40, Every: 7, Begin: 5)));
        using var optimizer = Optimizer(model).PruneGradually(model);
        Assert.Equal((0, 0.0, false), (optimizer.Step, optimizer.Sparsity, optimizer.IsFinished));
        var changes = new List<int>();
        var before = Masks(model);
        for (var step = 1; step <= 60; step++)
        {
            Train(model, optimizer);
            var now = Masks(model);
            Assert.All(before.Zip(now), static pair => Assert.False((pair.First & ~pair.Second).any().item<bool>()));
            Assert.All(Weights(model).Zip(now), static pair => Assert.Equal(0, pair.First.masked_select(pair.Second).count_nonzero().item<long>()));
            if (before.Zip(now).Any(static pair => !pair.First.Equals(pair.Second)))
            {
                changes.Add(step);
            }

            before = now;
        }

        Assert.Subset(new HashSet<int> { 12, 19, 26, 33, 40, 45 }, changes.ToHashSet());
        Assert.Equal((12, 45), (changes[0], changes[^1]));
        Assert.Equal((60, 0.75, true), (optimizer.Step, optimizer.Sparsity, optimizer.IsFinished));
    }

    [Fact]
    public void The_sparsity_of_each_step_is_that_of_the_schedule()
    {
        var schedule = new GradualSchedule(10, Every: 3);
        using var model = Net(SparsityRule.Unstructured(0.75).Gradually(schedule));
        using var optimizer = Optimizer(model).PruneGradually(model);
        for (var step = 1; step <= 10; step++)
        {
            Train(model, optimizer);
            if (schedule.IsDue(step))
            {
                Assert.All(model.Compression.AllSites, site => Assert.Equal(Math.Floor(128 * 0.75 * schedule.Reached(step)), site.Mask.PrunedCount));
            }
        }
    }

    [Fact]
    public void NM_is_set_at_the_end_of_its_ramp()
    {
        using var model = Net(SparsityRule.SemiStructured(2, 4).Gradually(new(10, Every: 2)));
        using var optimizer = Optimizer(model).PruneGradually(model);
        List<double> sparsities = [.. Enumerable.Range(1, 11).Select(_ => Train(model, optimizer).Sparsity)];

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5], sparsities);
    }

    [Fact]
    public void Rules_without_a_schedule_are_followed_before_the_first_step()
    {
        var (a, b) = (Linear(8, 8), Linear(8, 8));
        var gradual = SparsityRule.Unstructured(0.75).Gradually(new(2, Every: 1));
        using var model = new Annotated(
            SparsityRule.Unstructured(0.5), (compression, _) => compression.Site("b", () => PrunableWeight.Of(b), gradual), ("a", a), ("b", b));
        var told = new List<PruneResult>();
        using var optimizer = Optimizer(model).PruneGradually(model, progress: new Told(told.Add));
        Assert.Equal([0.5, 0], Sparsities(model));
        Assert.Equal(0.25, optimizer.Sparsity);

        Train(model, optimizer);
        Train(model, optimizer);
        Assert.Equal([0.5, 0.75], Sparsities(model));
        Assert.Equal([32, 32 + 42, 32 + 48], told.Select(static result => result.Pruned));
    }

    [Fact]
    public void Masks_from_before_are_kept_and_counted()
    {
        using var model = Net(SparsityRule.Unstructured(0.75).Gradually(new(10, Every: 1)));
        model.Prune(new PruneOptions { Rule = SparsityRule.Unstructured(0.5) });
        var first = Masks(model);
        using var optimizer = Optimizer(model).PruneGradually(model);
        List<double> sparsities = [.. Enumerable.Range(1, 10).Select(_ => Train(model, optimizer).Sparsity)];

        Assert.Equal(0.5, sparsities[0]);
        Assert.Equal(0.75, sparsities[^1]);
        Assert.All(first.Zip(Masks(model)), static pair => Assert.False((pair.First & ~pair.Second).any().item<bool>()));
    }

    [Fact]
    public void Movement_removes_what_moves_towards_zero_and_magnitude_what_is_small()
    {
        // Every weight is drawn to 1: the large ones fall, the small ones rise, and stay the smaller ones meanwhile.
        float[] start = [2, 0.5f, -2.5f, 0.2f];
        float[] target = [1, 1, -1, 1];

        Assert.Equal([0, 1, 0, 1], Survivors(Criterion.Movement));
        Assert.Equal([1, 0, 1, 0], Survivors(Criterion.Magnitude));

        float[] Survivors(Criterion criterion)
        {
            var layer = Fixed(start);
            using var model = new Annotated(SparsityRule.Unstructured(0.5, criterion).Gradually(new(5, Every: 5)), ("fc", layer));
            using var optimizer = optim.SGD(model.parameters(), 0.02).PruneGradually(model);
            for (var step = 0; step < 5; step++)
            {
                Step(optimizer, () => (layer.weight - tensor(target)).square().sum());
            }

            return layer.weight.ne(0).to(float32).data<float>().ToArray();
        }
    }

    [Fact]
    public void Movement_sums_minus_weight_times_gradient()
    {
        var layer = Fixed([1, 2, 3, 4]);
        using var model = new Annotated(SparsityRule.Unstructured(0.25, Criterion.Movement).Gradually(new(3, Every: 3)), ("fc", layer));
        using var optimizer = optim.SGD(model.parameters(), 0.5).PruneGradually(model);
        var expected = zeros(1, 4);
        foreach (var gradient in (float[][])[[1, -1, 0, 2], [0, 3, -1, 0.5f], [-1, 0, 0, 0]])
        {
            expected -= layer.weight.detach() * tensor(gradient);
            Step(optimizer, () => (layer.weight * tensor(gradient)).sum());
        }

        // -[1 + 0 - 0.5, -2 + 7.5 + 0, 0 - 3 + 0, 8 + 1.5 + 0]
        Assert.Equal([-0.5f, -5.5f, 3, -9.5f], expected.data<float>());
        Assert.Equal([true, true, true, false], layer.weight.ne(0).data<bool>());
    }

    [Fact]
    public void Taylor_looks_at_the_step_that_prunes_and_Fisher_at_all()
    {
        // The last gradient is small for the first weight; over all steps it is small for the last one.
        float[][] gradients = [[5, 1, 1, 0.5f], [0.1f, 1, 1, 0.5f]];

        Assert.Equal([0, 1, 1, 1], Survivors(Criterion.Taylor));
        Assert.Equal([1, 1, 1, 0], Survivors(Criterion.Fisher));

        float[] Survivors(Criterion criterion)
        {
            var layer = Fixed([1, 1, 1, 1]);
            using var model = new Annotated(SparsityRule.Unstructured(0.25, criterion).Gradually(new(2, Every: 2)), ("fc", layer));
            using var optimizer = optim.SGD(model.parameters(), 1e-4).PruneGradually(model);
            foreach (var gradient in gradients)
            {
                Step(optimizer, () => (layer.weight * tensor(gradient)).sum());
            }

            return layer.weight.ne(0).to(float32).data<float>().ToArray();
        }
    }

    [Fact]
    public void A_closure_is_observed_once_a_step()
    {
        var layer = Fixed([1, 2, 3, 4]);
        using var model = new Annotated(SparsityRule.Unstructured(0.25, Criterion.Movement).Gradually(new(2, Every: 2)), ("fc", layer));
        using var optimizer = optim.LBFGS(model.parameters(), lr: 1e-3, max_iter: 5).PruneGradually(model);
        for (var step = 0; step < 2; step++)
        {
            optimizer.step(() =>
            {
                optimizer.zero_grad();
                var loss = (layer.weight - tensor(new float[] { 2, 1, 4, 5 })).square().sum();
                loss.backward();
                return loss;
            });
        }

        Assert.Equal(2, optimizer.Step);
        Assert.Equal([true, false, true, true], layer.weight.ne(0).data<bool>());
    }

    [Fact]
    public void Wanda_calibrates_at_every_due_step()
    {
        using var model = Net(SparsityRule.Unstructured(0.75, Criterion.Wanda).Gradually(new(4, Every: 2)));
        Tensor[] batches = [randn(4, 8)];
        var calls = 0;
        var calibration = Calibration.Of(batches, batch =>
        {
            calls++;
            return model.call(batch);
        });
        using var optimizer = Optimizer(model).PruneGradually(model, new() { Calibration = calibration });
        for (var step = 0; step < 4; step++)
        {
            Train(model, optimizer);
        }

        Assert.Equal(0.75, optimizer.Sparsity);
        Assert.True(calls >= 2);
    }

    [Fact]
    public void Distillation_prunes_on_the_way()
    {
        using var model = Net(SparsityRule.Unstructured(0.75).Gradually(new(6, Every: 2)));
        var labels = zeros(4, dtype: int64);
        var curve = new List<double>();
        var training = new DistillationOptions { Steps = 8, LearningRate = 0.01, ReportEvery = 1 }.PruneGradually(model);
        var report = model.Train(
            [randn(4, 8)], x => DistillationTerms.FromLabels(model.call(x), labels), training, afterStep: () => curve.Add(Sparsities(model)[0]));

        Assert.Equal(8, report.Steps);
        Assert.Equal([0, 67, 67, 92, 92, 96, 96, 96], curve.Select(static share => (int)(128 * share)));
    }

    [Fact]
    public void A_thousand_steps_leave_no_tensor_behind()
    {
        using var model = Net(SparsityRule.Unstructured(0.75, Criterion.Movement).Gradually(new(1000, Every: 100)));
        var optimizer = Optimizer(model).PruneGradually(model);
        Train(model, optimizer, steps: 10);
        var before = Tensors();
        Train(model, optimizer, steps: 80);
        Assert.Equal(before, Tensor.TotalCount);

        Train(model, optimizer, steps: 110);
        before = Tensors();
        Train(model, optimizer, steps: 790);
        Assert.Equal(before, Tensor.TotalCount);

        // The sums go with the last step of the schedule.
        Train(model, optimizer, steps: 10);
        Assert.True(optimizer.IsFinished);
        Assert.Equal(before - 2, Tensor.TotalCount);
        optimizer.Dispose();
    }

    [Fact]
    public void What_cannot_be_done_is_said_before_the_first_step()
    {
        var schedule = new GradualSchedule(10);
        Says(Net(SparsityRule.Unstructured(0.5)), null, "put [Gradual(Steps = 1000)] beside");
        Says(Net(SparsityRule.Unstructured(0.5, Criterion.Wanda).Gradually(schedule)), null, "set PruneOptions.Calibration");
        Says(Net(SparsityRule.SemiStructured(2, 3).Gradually(schedule)), null, "not a multiple of 3");
        Says(Net(SparsityRule.Unstructured(0.5, Criterion.Taylor)), new() { Rule = SparsityRule.Unstructured(0.5) }, "put [Gradual");

        var model = Net(SparsityRule.Unstructured(0.5).Gradually(schedule));
        using var inner = Optimizer(model);
        Assert.Contains("Uniform", Assert.Throws<ArgumentException>(() => inner.PruneGradually(model, new() { Allocation = Allocation.Global })).Message);

        static void Says(Annotated model, PruneOptions? options, string words)
        {
            using var optimizer = Optimizer(model);
            Assert.Contains(words, Assert.Throws<InvalidOperationException>(() => optimizer.PruneGradually(model, options)).Message);
            model.Dispose();
        }
    }

    [Fact]
    public void A_weight_without_gradients_has_no_movement()
    {
        using var model = Net(SparsityRule.Unstructured(0.5, Criterion.Movement).Gradually(new(1, Every: 1)));
        using var optimizer = Optimizer(model).PruneGradually(model);

        Assert.Contains("'a.weight' asks for Movement", Assert.Throws<InvalidOperationException>(() => optimizer.step()).Message);
    }

    private static long Tensors()
    {
        // What other tests have left is not ours.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private static SparsityRule Rule(string name) => name switch
    {
        "per layer" => SparsityRule.Unstructured(0.75),
        "per row" => SparsityRule.Unstructured(0.75, scope: Scope.PerRow),
        "global" => SparsityRule.Unstructured(0.75, scope: Scope.Global),
        "blocks" => SparsityRule.BlockSparse(0.75, 2, 2),
        "random" => SparsityRule.Unstructured(0.75, Criterion.Random),
        "movement" => SparsityRule.Unstructured(0.75, Criterion.Movement),
        "taylor" => SparsityRule.Unstructured(0.75, Criterion.Taylor, Scope.Global),
        _ => SparsityRule.BlockSparse(0.75, 1, 2, Criterion.Fisher),
    };

    private static Annotated Net(SparsityRule rule) => new(rule, ("a", Linear(8, 16)), ("relu", ReLU()), ("b", Linear(16, 8)));

    private static Linear Fixed(float[] weight)
    {
        var layer = Linear(weight.Length, 1, hasBias: false);
        using var gradientsOff = no_grad();
        layer.weight.copy_(tensor(weight).reshape(1, -1));
        return layer;
    }

    private static optim.Optimizer Optimizer(Module model) => optim.AdamW(model.parameters(), 1e-2, weight_decay: 0.1);

    private static GradualOptimizer Train(Annotated model, GradualOptimizer optimizer, int steps = 1)
    {
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            Step(optimizer, () => model.call(randn(4, 8)).sub(1).square().mean());
        }

        return optimizer;
    }

    private static void Step(optim.Optimizer optimizer, Func<Tensor> loss)
    {
        optimizer.zero_grad();
        loss().backward();
        optimizer.step();
    }

    private static Tensor[] Masks(Annotated model) => [.. model.Compression.AllSites.Select(static site => site.Mask.Pruned)];

    private static double[] Sparsities(Annotated model) => [.. model.Compression.AllSites.Select(static site => site.Mask.Sparsity)];

    private static Tensor[] Weights(Annotated model) => [.. model.parameters().Where(static parameter => parameter.dim() == 2).Select(static parameter => parameter.detach())];

    private sealed class Told(Action<PruneResult> tell) : IProgress<PruneResult>
    {
        public void Report(PruneResult value) => tell(value);
    }
}
