using static TorchSharp.torch;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class BeamDecodingTests
{
    private const int Vocabulary = 5;
    private const int End = 4;
    private const int Longest = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(2.5)]
    [InlineData(-1)]
    public void As_many_beams_as_there_are_ways_find_the_best_of_all(double penalty)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            using var model = new TinyDecoder(Vocabulary, seed: seed);
            var (best, score) = Exhaustive(model, [1, 2], penalty);
            using var written = model.Generate([[1, 2]], new() { MaxNewTokens = Longest, EndOfText = [End], Decoding = new BeamDecoding(128) { LengthPenalty = penalty } });
            Assert.Equal(best, written.Written(0));
            Assert.Equal(best[^1] == End, written.Ended[0]);
            Assert.Equal(score, written.MeanLogProbabilities[0] * best.Length / Math.Pow(best.Length, penalty), 1e-4);
        }
    }

    [Fact]
    public void Few_beams_find_what_a_search_by_hand_finds()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            using var model = new TinyDecoder(Vocabulary, seed: seed);
            foreach (var width in new[] { 1, 2, 3 })
            {
                using var written = model.Generate([[3]], new() { MaxNewTokens = 8, EndOfText = [End], Decoding = new BeamDecoding(width) { LengthPenalty = 0.6 } });
                Assert.Equal(ByHand(model, [3], width, 8, 0.6), written.Written(0));
            }
        }
    }

    // The textbook, without a cache, without an early end, and over the whole vocabulary.
    private static long[] ByHand(TinyDecoder model, long[] prompt, int width, int longest, double penalty)
    {
        List<(long[] Tokens, double Sum)> going = [([], 0)], finished = [];
        for (var step = 1; step <= longest; step++)
        {
            var all = going.SelectMany(one => LogProbabilities(model, [.. prompt, .. one.Tokens]).Select((p, token) => (Tokens: (long[])[.. one.Tokens, token], Sum: one.Sum + p)))
                .OrderByDescending(static one => one.Sum).ToArray();
            finished.AddRange(all.Take(width).Where(static one => one.Tokens[^1] == End));
            going = [.. all.Where(static one => one.Tokens[^1] != End).Take(width)];
            if (step == longest)
            {
                finished.AddRange(all.Take(width).Where(static one => one.Tokens[^1] != End));
            }
        }

        return finished.MaxBy(one => one.Sum / Math.Pow(one.Tokens.Length, penalty)).Tokens;
    }

    private static (long[] Tokens, double Score) Exhaustive(TinyDecoder model, long[] prompt, double penalty)
    {
        return Ways([], 0).Select(one => (one.Tokens, Score: one.Sum / Math.Pow(one.Tokens.Length, penalty))).MaxBy(static one => one.Score);

        IEnumerable<(long[] Tokens, double Sum)> Ways(long[] tokens, double sum) => tokens.Length == Longest || (tokens.Length > 0 && tokens[^1] == End)
            ? [(tokens, sum)]
            : LogProbabilities(model, [.. prompt, .. tokens]).SelectMany((p, token) => Ways([.. tokens, token], sum + p));
    }

    private static double[] LogProbabilities(TinyDecoder model, long[] tokens)
    {
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        model.eval();
        return [.. model.call(tensor(tokens).unsqueeze(0))[0, -1].log_softmax(0).data<float>().Select(static p => (double)p)];
    }
}
