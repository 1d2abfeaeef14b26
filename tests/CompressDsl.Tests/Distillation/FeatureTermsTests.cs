using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Terms beside hard and soft: they are means over places of their own, which are not the rows of the labels.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class FeatureTermsTests
{
    private static readonly DistillationOptions Options = new() { Steps = 3, LearningRate = 0.01, ReportEvery = 1, GradientClip = null };

    [Fact]
    public void Total_is_the_weighted_sum_and_every_term_has_its_name()
    {
        using var scope = NewDisposeScope();
        var terms = new DistillationTerms(
            tensor(2.0), tensor(3.0), 0.25, 4, [new("layers", tensor(5.0), 0.5), new("attention", tensor(7.0), 2)], featureCount: 9);
        Assert.Equal((0.75 * 2) + (0.25 * 3) + (0.5 * 5) + (2 * 7), terms.Total.ToDouble(), 1e-12);
        Assert.Equal(["Hard", "Soft", "layers", "attention"], terms.Terms.Select(static term => term.Name));
        Assert.Equal([0.75, 0.25, 0.5, 2], terms.Terms.Select(static term => term.Weight));
    }

    [Fact]
    public void Weight_that_is_no_weight_is_named()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new DistillationTerms(tensor(2.0), null, 0, 4, [new("layers", tensor(5.0), -1)]));
        Assert.Contains("'layers'", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistillationTerms(tensor(2.0), tensor(1.0), 1.5, 4));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.02)]
    public void Accumulated_batches_equal_one_big_batch_though_rows_and_places_differ(double? clip)
    {
        TinyBatch[] parts = [TinyBatch.Make(1, 8, 0.9), TinyBatch.Make(2, 3, 0.4), TinyBatch.Make(3, 8, 0), TinyBatch.Make(4, 5)];
        var options = Options with { GradientClip = clip };
        var (big, curve) = Train([TinyBatch.Join(parts)], options);
        var (accumulated, same) = Train(parts, options with { AccumulationSteps = parts.Length });

        Assert.InRange(big.Zip(accumulated, static (x, y) => Math.Abs((double)x - y)).Max(), 0, 1e-5);
        foreach (var (left, right) in curve.Zip(same))
        {
            Assert.Equal(["Hard", "activation"], left.Terms.Select(static term => term.Name));
            Assert.All(left.Terms.Zip(right.Terms), static pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-5));
            Assert.Equal(left.Terms.Sum(static term => term.Weighted), left.Total, 1e-12);
        }
    }

    [Fact]
    public void Two_workers_with_half_the_batches_each_equal_one_with_all()
    {
        var parts = new[] { TinyBatch.Make(1, 8, share: 0.9), TinyBatch.Make(2, 3, share: 0.4) };
        var alone = Train(parts, Options with { AccumulationSteps = 2 }).Weights;

        using var team = new ThreadTeam(2);
        var both = new float[2][];
        var threads = Enumerable.Range(0, 2).Select(rank => new Thread(
            () => both[rank] = Train([parts[rank]], Options with { Workers = team.Worker(rank) }).Weights)).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());

        Assert.Equal(both[0], both[1]);
        Assert.InRange(alone.Zip(both[0], static (x, y) => Math.Abs((double)x - y)).Max(), 0, 1e-5);
    }

    [Fact]
    public void Batches_with_other_terms_than_the_first_are_refused()
    {
        using var student = new TinyStudent();
        var turn = 0;
        var error = Assert.Throws<InvalidOperationException>(() => DistillationTrainer.Train(
            student,
            [TinyBatch.Make(1, 8)],
            batch => turn++ == 0 ? batch.FromLabels(student) : Terms(student, batch),
            Options));
        Assert.Contains("activation (0.3)", error.Message);
    }

    [Fact]
    public void Hundred_accumulated_steps_leave_no_tensor_behind()
    {
        TinyBatch[] parts = [TinyBatch.Make(1, 8), TinyBatch.Make(2, 3)];
        using var student = new TinyStudent();
        var before = LivingTensors.Count();
        DistillationTrainer.Train(student, parts, batch => Terms(student, batch), Options with { Steps = 100, AccumulationSteps = 2 });
        Assert.Equal(before, LivingTensors.Count());
    }

    private static (float[] Weights, IReadOnlyList<DistillationPoint> Curve) Train(TinyBatch[] batches, DistillationOptions options)
    {
        using var student = new TinyStudent();
        var run = DistillationTrainer.Train(student, batches, batch => Terms(student, batch), options);
        return (student.Weights(), run.Curve);
    }

    /// <summary>A label for the rows that the mask keeps; the feature is a mean over all rows, kept or not.</summary>
    private static DistillationTerms Terms(TinyStudent student, TinyBatch batch)
    {
        using var scope = NewDisposeScope();
        var input = tensor(batch.Input, [batch.Count, 6]);
        var rows = LogitRows.Select(student.call(input), tensor(batch.Labels), tensor(batch.Mask));
        var activation = student.Up.call(input).square().mean([-1]).mean([0]);
        return new DistillationTerms(rows.CrossEntropy(), null, 0, rows.Count, [new("activation", activation, 0.3)], batch.Count)
            .MoveToOuterDisposeScope();
    }
}
