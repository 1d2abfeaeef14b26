using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Learned maps between student and teacher are trained with the student.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class ProjectionTrainingTests
{
    private static readonly DistillationOptions Options = new() { Steps = 6, ReportEvery = 1, Seed = 2, LearningRate = 0.01 };

    [Fact]
    public void Maps_that_are_not_known_are_made_and_trained()
    {
        var (pair, batches, noise) = (MatchedPair.Make(), new Shuffled(3, 16), new NoiseStream());
        Assert.False(pair.Projections.AreKnown);
        var report = pair.Train(batches, batch => pair.Compute(batch, noise), Options with { Steps = 60 });
        var layer = pair.Projections.Layers.Single().Layer;
        Assert.Equal([40, 24], layer.weight!.shape);
        Assert.Null(layer.weight.grad);
        var matched = report.Curve.Select(static point => point.Terms.Single(static term => term.Name == "hidden").Value).ToArray();
        Assert.True(matched[^1] < 0.8 * matched[0], $"{matched[0]} .. {matched[^1]}");
        Assert.Equal(60, batches.Given);
    }

    [Fact]
    public void Maps_that_nothing_pulls_at_move_by_weight_decay_alone_and_those_that_are_pulled_at_by_more()
    {
        using var scope = NewDisposeScope();
        var (pair, batches) = (MatchedPair.Make(), new Shuffled(3, 16));
        pair.Compute(TinyBatch.Make(1, 16), new NoiseStream()).Dispose();
        var before = pair.Projections.Layers.Single().Layer.weight!.detach().clone();
        pair.Train(batches, batch => pair.Compute(batch, new NoiseStream()), Options with { WeightDecay = 0 });
        Assert.True((pair.Projections.Layers.Single().Layer.weight! - before).abs().max().ToSingle() > 1e-3);
    }

    [Fact]
    public void Making_them_moves_neither_running_means_nor_the_random_numbers()
    {
        var seen = new List<byte[]>();
        var (pair, noise) = (MatchedPair.Make(), new NoiseStream());
        var batch = TinyBatch.Make(1, 16);
        float[]? means = null;
        pair.Train([batch], one =>
        {
            using (var generator = Generator.Default)
            using (var state = generator.get_state())
            {
                seen.Add(state.data<byte>().ToArray());
            }

            means ??= [];
            if (seen.Count == 2)
            {
                means = pair.Student.named_buffers().Single(static named => named.name == "norm.running_mean").buffer.data<float>().ToArray();
            }

            return pair.Compute(one, noise);
        }, Options with { Steps = 1 });

        Assert.Equal(2, seen.Count);
        Assert.Equal(seen[0], seen[1]);
        Assert.All(means!, static mean => Assert.Equal(0, mean));
    }
}
