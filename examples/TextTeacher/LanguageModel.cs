using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TextTeacher;

/// <summary>Learning from the text alone: what makes the teacher, and what the distilled student is compared with.</summary>
public static class LanguageModel
{
    /// <summary>The cross-entropy of every byte of the windows after the first, given those before it.</summary>
    /// <param name="model">From [batch, position] tokens to [batch, position, vocabulary] logits.</param>
    /// <param name="windows">[batch, context]</param>
    public static DistillationTerms Terms(Module<Tensor, Tensor> model, long[,] windows)
    {
        var tokens = tensor(windows);
        return DistillationTerms.FromNextLabels(model.call(tokens), tokens);
    }
}
