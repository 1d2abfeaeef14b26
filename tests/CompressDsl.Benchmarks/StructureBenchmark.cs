using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>Encoders that lost heads, channels and blocks beside the same encoders whole, at a batch of one with 128 tokens.</summary>
public static class StructureBenchmark
{
    private const int Tokens = 128;
    private const int Vocabulary = 30522;

    private static readonly LatencyOptions Runs = new() { WarmUp = 10, Runs = 40 };

    public static IEnumerable<Row> Run()
    {
        foreach (var row in HeadsAndChannels().Concat(Layers()).Concat(DistilBert()))
        {
            yield return row;
        }
    }

    private static IEnumerable<Row> HeadsAndChannels()
    {
        using var input = randn(1, Tokens, Encoder.Width);
        using var whole = Evaluated(new Encoder());
        using var pruned = Evaluated(new Encoder());
        pruned.Prune();
        yield return Compare("12 layers, half of heads and FFN, as masks", () => whole.call(input), () => pruned.call(input));
        pruned.Shrink();
        yield return Compare("12 layers, half of heads and FFN, shrunk", () => whole.call(input), () => pruned.call(input));
        yield return Count("12 layers, half of heads and FFN, parameters", whole, pruned);
    }

    private static IEnumerable<Row> Layers()
    {
        using var input = randn(1, Tokens, Encoder.Width);
        using var whole = Evaluated(new DeepEncoder());
        using var pruned = Evaluated(new DeepEncoder());
        pruned.Prune(new PruneOptions { Calibration = Calibration.Of([input], pruned.call) });
        pruned.Shrink();
        yield return Compare("12 layers, half of the layers, shrunk", () => whole.call(input), () => pruned.call(input));
        yield return Count("12 layers, half of the layers, parameters", whole, pruned);
    }

    private static IEnumerable<Row> DistilBert()
    {
        using var tokens = randint(0, Vocabulary, [1, Tokens], dtype: ScalarType.Int64);
        using var bert = Evaluated(new Zoo.Bert());
        using var student = Evaluated(new DistilBert());
        student.Prune(new PruneOptions { Calibration = Calibration.Of([tokens], student.call) });
        student.Shrink();
        yield return Compare("BERT-base, the shape of DistilBERT", () => bert.call(tokens), () => student.call(tokens));
        yield return Count("BERT-base, the shape of DistilBERT, parameters", bert, student);
    }

    private static TModel Evaluated<TModel>(TModel model)
        where TModel : nn.Module
    {
        model.eval();
        return model;
    }

    private static Row Compare(string name, Action baseline, Action ours)
    {
        using var gradientsOff = no_grad();
        var comparison = Latency.Compare(baseline, ours, Runs);
        return new(name, comparison.Baseline.Median, comparison.Candidate.Median, comparison.Speedup, "ms");
    }

    private static Row Count(string name, nn.Module before, nn.Module after)
    {
        var (all, left) = (Millions(before), Millions(after));
        return new(name, all, left, all / left, "M");
    }

    private static double Millions(nn.Module model) => model.parameters().Sum(static parameter => parameter.numel()) / 1e6;
}
