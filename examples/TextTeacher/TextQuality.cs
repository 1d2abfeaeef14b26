using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TextTeacher;

/// <summary>How well a model predicts text that it was not trained on.</summary>
public static class TextQuality
{
    /// <summary>
    /// The mean number of bits that <paramref name="model"/> needs for a byte of <paramref name="text"/>: total negative log-likelihood / ln 2 / bytes predicted,
    /// over windows spread evenly over the text, each seen without what came before it. Lower is better; 8 is knowing nothing.
    /// </summary>
    public static double BitsPerByte(Module<Tensor, Tensor> model, byte[] text, int windows, CancellationToken cancellation = default)
    {
        var wasTraining = model.training;
        model.eval();
        try
        {
            using var noGrad = no_grad();
            var (total, predicted) = (0.0, 0L);
            foreach (var window in TextWindows.Even(text, windows, batch: 16, TrainedLlama.Context))
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var terms = LanguageModel.Terms(model, window);
                total += terms.Hard.ToDouble() * terms.Count;
                predicted += terms.Count;
            }

            return total / Math.Log(2) / predicted;
        }
        finally
        {
            model.train(wasTraining);
        }
    }
}
