using Models;
using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>Writing with a key/value cache beside running the prefix again for every token: the same model, and it must be the same tokens.</summary>
public static class GenerationBenchmark
{
    private const int Batch = 8;
    private const int Prompt = 32;
    private const int NewTokens = 256;

    // A run of the baseline takes a minute on two cores: both orders once, after a few tokens to warm up.
    private static readonly LatencyOptions Runs = new() { WarmUp = 0, Runs = 2 };

    private static readonly LlamaConfig Shape = new() { HiddenSize = 256, IntermediateSize = 688, Layers = 8, Heads = 4, KeyValueHeads = 2, HeadSize = 64 };

    public static IEnumerable<Row> Run()
    {
        using var model = new Llama(Shape).Initialize(1);
        using var generator = new Generator(1);
        using var prompts = randint(0, Shape.VocabularySize, [Batch, Prompt], dtype: ScalarType.Int64, generator: generator);
        var written = new Dictionary<bool, List<long>>();
        Write(useCache: false, tokens: 8);
        Write(useCache: true, tokens: 8);
        var comparison = Latency.Compare(() => Write(useCache: false, NewTokens), () => Write(useCache: true, NewTokens), Runs);
        if (!written[true].SequenceEqual(written[false]))
        {
            throw new InvalidOperationException("With the cache other tokens are written than without it.");
        }

        var name = $"{NewTokens} tokens after {Prompt}, batch {Batch}, cache";
        yield return new(name, comparison.Baseline.Median, comparison.Candidate.Median, comparison.Speedup, "ms");
        yield return new(name, Speed(comparison.Baseline.Median), Speed(comparison.Candidate.Median), comparison.Speedup, "tokens/s");

        void Write(bool useCache, int tokens)
        {
            using var generation = model.Generate(prompts, new() { MaxNewTokens = tokens, UseCache = useCache });
            if (generation.Cached != useCache)
            {
                throw new InvalidOperationException($"A cache was {(useCache ? "not " : "")}used.");
            }

            written[useCache] = [.. Enumerable.Range(0, Batch).SelectMany(generation.Written)];
        }
    }

    private static double Speed(double milliseconds) => Batch * NewTokens / milliseconds * 1e3;
}
