using CompressDsl;
using Models;
using static TorchSharp.torch;

namespace DistilBert;

/// <summary>The shapes of BERT-base and DistilBERT, timed side by side.</summary>
public static class ShapeSpeed
{
    private const int Tokens = 128;

    private static readonly BertConfig Base = new()
    {
        VocabularySize = 30522,
        Positions = 512,
        HiddenSize = 768,
        IntermediateSize = 3072,
        Layers = 12,
        Heads = 12,
    };

    /// <summary>Makes both with random weights and times them at one sequence of 128 tokens.</summary>
    public static ShapeResult Measure(CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var teacher = new Bert(Base);
        using var student = new Bert(Base with { Layers = 6 });
        teacher.eval();
        student.eval();
        var tokens = randint(0, Base.VocabularySize, [1, Tokens], dtype: int64);
        var speed = Latency.Compare(
            () => teacher.call(tokens), () => student.call(tokens), new LatencyOptions { WarmUp = 2, Runs = 10 }, cancellationToken: cancellation);
        return new(Classifier.Parameters(student), Classifier.Parameters(teacher), speed.Speedup);
    }
}
