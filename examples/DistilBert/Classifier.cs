using CompressDsl;
using static TorchSharp.torch;

namespace DistilBert;

/// <summary>What is done with every classifier, whoever teaches it.</summary>
public static class Classifier
{
    /// <summary>Learns from the labels alone.</summary>
    /// <param name="model">From tokens and their mask to [batch, classes] logits.</param>
    /// <param name="sentences">The task.</param>
    /// <param name="options">How long, and how; its seed decides the order and dropout.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Stops after the step that is under way.</param>
    public static void Train(
        nn.Module<Tensor, Tensor, Tensor> model,
        Sentences sentences,
        DistillationOptions options,
        IProgress<DistillationProgress> progress,
        CancellationToken cancellation)
        => model.Train(
            new SentenceBatches(sentences.Train, (int)options.Seed!),
            batch =>
            {
                using var scope = NewDisposeScope();
                var (tokens, mask, labels) = batch.Tensors();
                return DistillationTerms.FromLabels(model.call(tokens, mask), labels).MoveToOuterDisposeScope();
            },
            options,
            progress: progress,
            cancellationToken: cancellation);

    /// <summary>The share of the test sentences that a model puts into the right class.</summary>
    public static double Accuracy(nn.Module<Tensor, Tensor, Tensor> model, Sentences sentences)
    {
        model.eval();
        using var _ = no_grad();
        var right = 0L;
        foreach (var rows in sentences.Test.Chunk(Settings.Batch))
        {
            using var scope = NewDisposeScope();
            var (tokens, mask, labels) = SentenceBatch.Of(rows).Tensors();
            right += model.call(tokens, mask).argmax(-1).eq(labels).sum().item<long>();
        }

        return (double)right / sentences.Test.Count;
    }

    /// <summary>How many times faster a model is than its teacher, side by side.</summary>
    public static double Speedup(
        nn.Module<Tensor, Tensor, Tensor> teacher, nn.Module<Tensor, Tensor, Tensor> student, Sentences sentences, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (tokens, mask, _) = SentenceBatch.Of([.. sentences.Test.Take(Settings.Batch)]).Tensors();
        return Latency.Compare(() => teacher.call(tokens, mask), () => student.call(tokens, mask), cancellationToken: cancellation).Speedup;
    }

    public static long Parameters(nn.Module model) => model.parameters().Sum(static parameter => parameter.numel());
}
