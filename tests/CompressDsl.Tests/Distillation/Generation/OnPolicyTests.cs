using CompressDsl.Tests.Checkpoints;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class OnPolicyTests : IDisposable
{
    private static readonly OnPolicyOptions Options = new()
    {
        Lambda = 0.5,
        Generation = new() { MaxNewTokens = 6, Seed = 3, PadToken = 10, EndOfText = [7], Decoding = new SampledDecoding { Temperature = 1.5 } },
    };

    private readonly TinyDecoder student = new();
    private readonly GenerationBatch data = GenerationBatch.Of([([1, 2, 3, 4, 5], 2), ([6, 7], 1), ([8, 9, 1, 2], 3)]);

    public void Dispose()
    {
        data.Dispose();
        student.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void Share_of_the_batches_is_written_by_the_student(double lambda)
    {
        const int Batches = 400;
        var policy = new OnPolicy(Options with { Lambda = lambda, Generation = Options.Generation with { MaxNewTokens = 1 } });
        var written = 0;
        for (var i = 0; i < Batches; i++)
        {
            using var batch = policy.Next(student, data);
            written += batch.IsOnPolicy ? 1 : 0;
        }

        // Four standard deviations.
        Assert.Equal(lambda * Batches, written, 4 * Math.Sqrt(lambda * (1 - lambda) * Batches) + 1e-9);
        Assert.Equal((Batches, written), ((int)policy.State, (int)policy.Written));
    }

    [Fact]
    public void Written_batch_keeps_the_prompts_and_counts_what_was_written()
    {
        var policy = new OnPolicy(Options with { Lambda = 1 });
        using var batch = policy.Next(student, data);
        Assert.True(batch.IsOnPolicy);
        Assert.True(batch.Cached);
        Assert.True(batch.TokensPerSecond > 0);
        Assert.Equal(data.PromptLengths, batch.PromptLengths);
        Assert.NotEqual(data.Count, batch.Count);
        Assert.InRange(batch.Count, 3, 18);
        Assert.Equal(batch.Count, batch.Labels.ne(-100).sum().item<long>());
        Assert.Equal(batch.Lengths.Sum(), batch.Mask.sum().item<long>());
        for (var row = 0; row < 3; row++)
        {
            var (prompt, length) = (batch.PromptLengths[row], batch.Lengths[row]);
            var (tokens, labels) = (batch.Tokens[row].data<long>().ToArray(), batch.Labels[row].data<long>().ToArray());
            Assert.Equal(data.Tokens[row].data<long>().ToArray()[..prompt], tokens[..prompt]);
            Assert.All(labels[..prompt], static label => Assert.Equal(-100, label));
            Assert.Equal(tokens[prompt..length], labels[prompt..length]);
            Assert.All(labels[length..], static label => Assert.Equal(-100, label));
            Assert.All(tokens[length..], static token => Assert.Equal(10, token));
        }
    }

    /// <summary>The loss of the batch is the mean over the written tokens, each against the logits one place before.</summary>
    [Fact]
    public void Loss_is_a_mean_over_written_tokens()
    {
        var policy = new OnPolicy(Options with { Lambda = 1 });
        using var batch = policy.Next(student, data);
        using var scope = NewDisposeScope();
        student.eval();
        using var terms = DistillationTerms.FromNextLabels(student.call(batch.Tokens), batch.Labels, batch.Mask);
        var options = Options.Generation;
        using var again = student.Generate(data.Prompts(), options with { Seed = UnitRandom.Seed(options.Seed, -2, 0) });
        Assert.Equal(batch.Count, terms.Count);
        Assert.Equal(-again.LogProbabilities.sum().item<float>() / again.TokensWritten, terms.Total.item<float>(), 1e-4);
    }

    [Fact]
    public void Batch_of_the_data_is_the_data()
    {
        var policy = new OnPolicy(Options with { Lambda = 0 });
        using var batch = policy.Next(student, data);
        Assert.False(batch.IsOnPolicy);
        Assert.Null(batch.Cached);
        Assert.Equal(data.Tokens.data<long>().ToArray(), batch.Tokens.data<long>().ToArray());
        Assert.Equal(data.Labels.data<long>().ToArray(), batch.Labels.data<long>().ToArray());
        Assert.Equal(data.Count, batch.Count);
        Assert.Equal(3 + 1 + 1, batch.Count);
    }

    [Fact]
    public void Restored_state_goes_on_with_the_same_batches()
    {
        var (first, second) = (new OnPolicy(Options), new OnPolicy(Options));
        var all = Enumerable.Range(0, 12).Select(_ => Tokens(first)).ToArray();
        second.State = 7;
        Assert.Equal(all[7..], Enumerable.Range(0, 5).Select(_ => Tokens(second)).ToArray());
        Assert.True(all.Distinct().Count() > 4);
    }

    [Fact]
    public void Stopped_training_goes_on_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        var expected = Train(null, stopAfter: null);
        Assert.Throws<OperationCanceledException>(() => Train(folder["run"], stopAfter: 3));
        Assert.Equal(expected, Train(folder["run"], stopAfter: null));

        List<double> Train(string? checkpoint, int? stopAfter)
        {
            random.manual_seed(1);
            using var trained = new TinyDecoder();
            using var cancellation = new CancellationTokenSource();
            var (policy, step) = (new OnPolicy(Options), 0);
            var run = DistillationTrainer.Train(
                trained,
                [data],
                prompts =>
                {
                    using var batch = policy.Next(trained, prompts);
                    if (++step == stopAfter)
                    {
                        cancellation.Cancel();
                    }

                    return DistillationTerms.FromNextLabels(trained.call(batch.Tokens), batch.Labels, batch.Mask);
                },
                new DistillationOptions
                {
                    Steps = 8,
                    ReportEvery = 1,
                    Seed = 2,
                    States = [policy],
                    Checkpoint = checkpoint is null ? null : new TrainingCheckpoint(checkpoint),
                },
                cancellationToken: cancellation.Token);
            Assert.Equal(8, policy.State);
            Assert.InRange(policy.Written, 1, 7);
            return [.. run.Curve.Select(static point => point.Hard)];
        }
    }

    [Fact]
    public void Temperature_of_the_sampling_is_of_its_own()
    {
        var cold = new OnPolicy(Options with { Lambda = 1, Generation = Options.Generation with { Decoding = new SampledDecoding { Temperature = 1e-3 } } });
        using var batch = cold.Next(student, data);
        using var greedy = student.Generate(data.Prompts(), Options.Generation with { Decoding = Decoding.Greedy });
        Assert.Equal(greedy.Tokens.data<long>().ToArray(), batch.Tokens.data<long>().ToArray());
    }

    [Fact]
    public void Cancelled_writing_leaves_the_state()
    {
        var policy = new OnPolicy(Options with { Lambda = 1 }) { State = 4 };
        Assert.Throws<OperationCanceledException>(() => policy.Next(student, data, cancellationToken: new(canceled: true)));
        Assert.Equal(4, policy.State);
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        var policy = new OnPolicy(Options);
        var before = LivingTensors.Count();
        using (NewDisposeScope())
        {
            for (var i = 0; i < 8; i++)
            {
                policy.Next(student, data).Dispose();
            }
        }

        Assert.InRange(policy.Written, 1, 7);
        Assert.Equal(before, LivingTensors.Count());
    }

    [Fact]
    public void Data_may_come_as_tensors()
    {
        using var tokens = tensor(new long[,] { { 1, 2, 3, 4, 5 }, { 6, 7, 0, 0, 0 } });
        using var mask = tokens.ne(0);
        using var batch = GenerationBatch.Of(tokens, [2, 1], mask);
        Assert.Equal([5, 2], batch.Lengths);
        Assert.Equal([-100, -100, 3, 4, 5, -100, 7, -100, -100, -100], batch.Labels.data<long>().ToArray());
        using var left = tensor(new long[,] { { 1, 1, 1, 1, 1 }, { 0, 0, 0, 1, 1 } });
        Assert.Contains("at the right", Assert.Throws<ArgumentException>(() => GenerationBatch.Of(tokens, [2, 1], left)).Message);
        Assert.Contains("row 1", Assert.Throws<ArgumentException>(() => GenerationBatch.Of(tokens, [2, 3], mask)).Message);
        Assert.Throws<ArgumentException>(() => GenerationBatch.Of(tokens, [2], mask));
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        Assert.Contains("Lambda", Assert.Throws<ArgumentOutOfRangeException>(static () => new OnPolicy(Options with { Lambda = 1.5 })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new OnPolicy(Options with { Lambda = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new OnPolicy(Options with { Generation = Options.Generation with { MaxNewTokens = 0 } }));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new OnPolicy(Options) { State = -1 });
    }

    private string Tokens(OnPolicy policy)
    {
        using var batch = policy.Next(student, data);
        return $"{batch.IsOnPolicy}: {string.Join(' ', batch.Tokens.data<long>().ToArray())}";
    }
}
