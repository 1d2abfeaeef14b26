using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class GenerationTests : IDisposable
{
    private static readonly long[][] Prompts = [[3], [1, 4, 1, 5, 9], [2, 6, 5]];
    private static readonly SampledDecoding Warm = new() { Temperature = 1.5 };

    private readonly TinyDecoder model = new();

    public static TheoryData<Decoding> Decodings => [Decoding.Greedy, Warm, Warm with { TopK = 4 }, Warm with { TopP = 0.8 }, Warm with { TopK = 6, TopP = 0.7 }, new BeamDecoding(3)];

    public void Dispose() => model.Dispose();

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Cache_writes_what_running_the_prefix_writes(Decoding decoding)
    {
        var options = new GenerationOptions { MaxNewTokens = 24, Decoding = decoding, Seed = 5, EndOfText = [7] };
        using var cached = model.Generate(Prompts, options);
        using var again = model.Generate(Prompts, options with { UseCache = false });
        using var plain = new PlainDecoder(model);
        using var unknown = plain.Generate(Prompts, options);
        Assert.Equal((true, false, false), (cached.Cached, again.Cached, unknown.Cached));
        AssertSame(cached, again);
        AssertSame(cached, unknown);
    }

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Row_in_a_batch_gets_what_it_gets_alone(Decoding decoding)
    {
        var options = new GenerationOptions { MaxNewTokens = 24, Decoding = decoding, Seed = 5, EndOfText = [7] };
        using var all = model.Generate(Prompts, options);
        for (var row = 0; row < Prompts.Length; row++)
        {
            using var alone = GenerationExtensions.Generate(model, [Prompts[row]], options, row, null, default);
            Assert.Equal(alone.Written(0), all.Written(row));
            Assert.Equal(alone.Ended[0], all.Ended[row]);
        }
    }

    [Fact]
    public void Cache_reads_each_token_once()
    {
        using var written = model.Generate([[1, 2, 3, 4]], new() { MaxNewTokens = 20 });
        Assert.Equal(4 + 19, model.Positions);
        using var again = model.Generate([[1, 2, 3, 4]], new() { MaxNewTokens = 20, UseCache = false });
        Assert.Equal(4 + 19 + Enumerable.Range(4, 20).Sum(), model.Positions);
    }

    [Fact]
    public void Tensors_say_what_stands_where()
    {
        var end = Greedy(24).Written(1)[2];
        using var written = model.Generate(Prompts, new() { MaxNewTokens = 24, EndOfText = [end], PadToken = 10 });
        var lengths = written.WrittenLengths;
        Assert.True(written.Ended[1]);
        Assert.InRange(lengths[1], 1, 3);
        Assert.Equal(end, written.Written(1)[^1]);
        Assert.Equal(lengths.Sum(), written.TokensWritten);
        Assert.Equal(Prompts.Select(static prompt => prompt.Length), written.PromptLengths);
        var (tokens, mask, logProbabilities) = (written.Tokens.data<long>().ToNDArray(), written.Mask, written.LogProbabilities);
        var all = (long[,])tokens;
        for (var row = 0; row < Prompts.Length; row++)
        {
            var length = Prompts[row].Length + lengths[row];
            var line = Enumerable.Range(0, all.GetLength(1)).Select(place => all[row, place]).ToArray();
            Assert.Equal([.. Prompts[row], .. written.Written(row), .. Enumerable.Repeat(10L, line.Length - length)], line);
            Assert.Equal(length, mask[row].sum().ToInt64());
            Assert.Equal(0, logProbabilities[row].narrow(0, 0, Prompts[row].Length).abs().sum().ToDouble());
            Assert.Equal(written.MeanLogProbabilities[row], logProbabilities[row].sum().ToDouble() / lengths[row], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Log_probabilities_are_those_of_the_model_at_temperature_1(Decoding decoding)
    {
        using var written = model.Generate(Prompts, new() { MaxNewTokens = 12, Decoding = decoding });
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        model.eval();
        var expected = model.call(written.Tokens).log_softmax(-1).narrow(1, 0, written.Tokens.shape[1] - 1).gather(2, written.Tokens.narrow(1, 1, written.Tokens.shape[1] - 1).unsqueeze(2)).squeeze(2);
        var actual = written.LogProbabilities.narrow(1, 1, written.Tokens.shape[1] - 1);
        Assert.InRange(((expected - actual) * actual.ne(0)).abs().max().ToDouble(), 0, 1e-4);
    }

    [Fact]
    public void Same_seed_writes_the_same_and_another_something_else()
    {
        var options = new GenerationOptions { MaxNewTokens = 20, Decoding = Warm, Seed = 1 };
        using var first = model.Generate(Prompts, options);
        manual_seed(99);
        using var second = model.Generate(Prompts, options);
        using var other = model.Generate(Prompts, options with { Seed = 2 });
        AssertSame(first, second);
        Assert.NotEqual(first.Written(1), other.Written(1));
    }

    [Fact]
    public void Sampled_tokens_come_as_often_as_they_are_likely()
    {
        const int Rows = 4000;
        using var written = model.Generate([.. Enumerable.Repeat(new long[] { 3, 1 }, Rows)], new() { MaxNewTokens = 1, Decoding = new SampledDecoding { Temperature = 2, TopK = 5 } });
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        model.eval();
        using var prompt = tensor(new long[] { 3, 1 }).unsqueeze(0);
        var (values, tokens) = (model.call(prompt)[0, -1] / 2).topk(5);
        var shares = values.softmax(0).data<float>().ToArray();
        var counts = Enumerable.Range(0, Rows).CountBy(row => written.Written(row)[0]).ToDictionary();
        Assert.Equal(tokens.data<long>().Order(), counts.Keys.Order());
        foreach (var (token, share) in tokens.data<long>().ToArray().Zip(shares))
        {
            // Five standard deviations of a binomial.
            Assert.Equal(share, counts[token] / (double)Rows, 5 * Math.Sqrt(share * (1 - share) / Rows));
        }
    }

    [Fact]
    public void Nearly_cold_or_narrow_sampling_is_greedy()
    {
        using var greedy = Greedy(12);
        foreach (var decoding in new Decoding[] { Warm with { Temperature = 1e-3 }, Warm with { TopK = 1 }, Warm with { TopP = 1e-9 }, new BeamDecoding(1) })
        {
            using var written = model.Generate(Prompts, new() { MaxNewTokens = 12, Decoding = decoding });
            AssertSame(greedy, written);
        }
    }

    [Fact]
    public void Of_equal_tokens_the_lowest_is_taken()
    {
        using (no_grad())
        {
            // All logits are equal.
            model.Head.weight!.zero_();
            model.Head.bias!.zero_();
        }

        using var greedy = Greedy(3);
        using var beams = model.Generate(Prompts, new() { MaxNewTokens = 3, Decoding = new BeamDecoding(4) });
        using var one = model.Generate(Prompts, new() { MaxNewTokens = 3, Decoding = new SampledDecoding { TopK = 1 } });
        Assert.Equal([0, 0, 0], greedy.Written(0));
        AssertSame(greedy, beams);
        AssertSame(greedy, one);
    }

    [Fact]
    public void Masked_prompts_are_read_without_their_padding()
    {
        using var tokens = tensor(new long[,] { { 0, 0, 2, 6, 5 }, { 1, 4, 0, 0, 0 } });
        using var mask = tokens.ne(0);
        using var padded = model.Generate(tokens, new() { MaxNewTokens = 6 }, mask);
        using var lists = model.Generate([[2, 6, 5], [1, 4]], new() { MaxNewTokens = 6 });
        AssertSame(lists, padded);
        using var hole = tensor(new long[,] { { 1, 0, 1, 1, 1 }, { 1, 1, 0, 0, 0 } });
        Assert.Contains("hole", Assert.Throws<ArgumentException>(() => model.Generate(tokens, new() { MaxNewTokens = 1 }, hole)).Message);
    }

    [Fact]
    public void Model_writes_in_eval_mode_and_every_module_keeps_its_own()
    {
        model.train();
        model.Head.eval();
        using var written = Greedy(2);
        Assert.False(model.WasTraining);
        Assert.True(model.training);
        Assert.False(model.Head.training);
        Assert.True(model.Dropout.training);
    }

    [Fact]
    public void Cancelled_writing_stops_and_leaves_the_model_as_it_was()
    {
        using var source = new CancellationTokenSource();
        var steps = new List<GenerationProgress>();
        var progress = new Told<GenerationProgress>(step =>
        {
            steps.Add(step);
            if (step.Step == 2)
            {
                source.Cancel();
            }
        });
        model.train();
        var before = LivingTensors.Count();
        Assert.Throws<OperationCanceledException>(() => model.Generate(Prompts, new() { MaxNewTokens = 9 }, progress, source.Token));
        Assert.Equal([0, 1, 2], steps.Select(static step => step.Step));
        Assert.All(steps, static step => Assert.Equal((9, 3), (step.Steps, step.Rows)));
        Assert.True(model.training);
        Assert.Equal(before, LivingTensors.Count());
    }

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Nothing_is_left_behind(Decoding decoding)
    {
        var before = LivingTensors.Count();
        model.Generate(Prompts, new() { MaxNewTokens = 8, Decoding = decoding, EndOfText = [7] }).Dispose();
        Assert.Equal(before, LivingTensors.Count());
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        var options = new GenerationOptions { MaxNewTokens = 4 };
        Assert.Contains("at least one", Assert.Throws<ArgumentException>(() => model.Generate((long[][])[], options)).Message);
        Assert.Contains("Prompt 1", Assert.Throws<ArgumentException>(() => model.Generate([[1], []], options)).Message);
        Assert.Contains("takes 64 at most", Assert.Throws<ArgumentException>(() => model.Generate(Prompts, options with { MaxNewTokens = 60 })).Message);
        Assert.Contains("11 tokens", Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(Prompts, options with { EndOfText = [11] })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(Prompts, options with { MaxNewTokens = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(Prompts, options with { PadToken = -1 }));
        Assert.Contains("Temperature", Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(Prompts, options with { Decoding = Warm with { Temperature = 0 } })).Message);
        Assert.Contains("TopP", Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(Prompts, options with { Decoding = Warm with { TopP = 1.1 } })).Message);
        Assert.Contains("Width", Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(Prompts, options with { Decoding = new BeamDecoding(0) })).Message);
        using var layer = Linear(2, 2);
        using var pair = Bilinear(2, 2, 2);
        Assert.Contains("logits must be", Assert.ThrowsAny<Exception>(() => new Flat().Generate(Prompts, options)).Message);
        Assert.Contains("ICausalDecoder", Assert.Throws<ArgumentException>(() => pair.Generate(Prompts, options)).Message);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_refused()
    {
        using (no_grad())
        {
            model.Head.bias!.fill_(double.NaN);
        }

        foreach (var decoding in new[] { Decoding.Greedy, Warm, new BeamDecoding(2) })
        {
            Assert.Contains("not finite", Assert.Throws<InvalidOperationException>(() => model.Generate(Prompts, new() { MaxNewTokens = 2, Decoding = decoding })).Message);
        }
    }

    internal static void AssertSame(Generation first, Generation second)
    {
        Assert.Equal(first.WrittenLengths, second.WrittenLengths);
        for (var row = 0; row < first.Batch; row++)
        {
            Assert.Equal(first.Written(row), second.Written(row));
            Assert.Equal(first.MeanLogProbabilities[row], second.MeanLogProbabilities[row], 1e-4);
        }
    }

    private Generation Greedy(int tokens) => model.Generate(Prompts, new() { MaxNewTokens = tokens });

    private sealed class Flat() : Module<Tensor, Tensor>(nameof(Flat))
    {
        public override Tensor forward(Tensor tokens) => tokens.to(ScalarType.Float32);
    }
}
