using CompressDsl;
using Models;
using static TorchSharp.torch;

namespace LlamaProgram.Bench;

/// <summary>
/// Measures one model in dense and in compact storage. Memory first, of each alone: the model is made dense, used, compacted, and used again. Then a second one is made dense from the same
/// seed, and both are timed in turn.
/// </summary>
internal sealed class BenchRun(BenchOptions options, Action<string, double> told, CancellationToken cancellation)
{
    private const int WarmUp = 2;

    // So many tokens of those whose logits are compared are read one by one.
    private const int Steps = 8;

    private int Capacity => options.Prompt + Math.Max(Steps, WarmUp + options.Tokens);

    internal BenchResult Run()
    {
        using var gradientsOff = no_grad();
        Told("warming up", 0);
        WarmLibraries();
        using var tokens = Tokens();
        var before = ResidentMemory.Read();

        Told("making the model", 0.05);
        using var model = Create(options.Config);
        using var logits = model.call(tokens).squeeze(0).to(ScalarType.Float32);
        using var compact = new Session(model, Capacity);
        compact.Read(tokens);
        var weights = model.parameters().Sum(static parameter => parameter.numel() * parameter.element_size());
        var dense = ResidentMemory.Read();

        Told("compacting", 0.2);
        var report = model.Compact(options.Kernel, options.Purpose, cancellationToken: cancellation);
        using var same = compact.Logits(tokens, options.Prompt);
        var after = ResidentMemory.Read();

        Told("making the dense model", 0.4);
        using var other = Create(options.Config);
        using var baseline = new Session(other, Capacity);
        var prompt = tokens.narrow(1, 0, options.Prompt);
        Told("prefill", 0.5);
        var prefill = Compare(options.Rounds, options.Prompt, () => baseline.Read(prompt), () => compact.Read(prompt));
        Told("decode", 0.7);
        var decode = Compare(options.Tokens, 1, baseline.Write, compact.Write);
        Told("done", 1);
        return new()
        {
            Parameters = other.parameters().Sum(static parameter => parameter.numel()),
            Sparsity = report.Layers.Average(static layer => layer.Sparsity),
            Storage = new(BenchCommand.NameOf(options.Kernel), report.Layers.Count(layer => layer.Storage == options.Kernel), report.Layers.Count, report.Seconds),
            Threads = get_num_threads(),
            Prefill = Figures.Of(prefill),
            Decode = Figures.Of(decode),
            ResidentBytes = new(dense, after),
            ModelBytes = new(dense - before, after - before),
            WeightBytes = new(weights, weights - report.BytesBefore + report.BytesAfter),
            LogitDifference = (logits - same).abs().max().item<float>(),
            LargestLogit = logits.abs().max().item<float>(),
        };
    }

    /// <summary>A model of another shape is made and compacted, so that code and libraries are in memory before it is looked at.</summary>
    private void WarmLibraries()
    {
        using var model = Create(BenchShapes.All["tiny"]);
        using var session = new Session(model, 2);
        session.Read(zeros([1, 1], ScalarType.Int64));
        model.Compact(options.Kernel, Purpose.Size);
        session.Write();
    }

    private Llama Create(LlamaConfig config) => RandomModel.Create(config, options.Sparsity, options.Type, options.Seed);

    private Tensor Tokens()
    {
        manual_seed(options.Seed);
        return randint(options.Config.VocabularySize, [1, options.Prompt + Steps], ScalarType.Int64);
    }

    private LatencyComparison Compare(int runs, int items, Action dense, Action compact) =>
        Latency.Compare(dense, compact, new() { WarmUp = WarmUp, Runs = runs, ItemsPerCall = items }, cancellationToken: cancellation);

    private void Told(string stage, double done)
    {
        cancellation.ThrowIfCancellationRequested();
        told(stage, done);
    }
}
