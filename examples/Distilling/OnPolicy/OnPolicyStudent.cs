using CompressDsl;
using Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Distilling;

/// <summary>
/// A small Llama that writes, and hears at every byte what a trained one would have written there: on its own text the reverse KL is that of whole texts (Agarwal et al., GKD,
/// arXiv 2306.13649; Gu et al., MiniLLM, arXiv 2306.08543).
/// </summary>
[DistillFrom(typeof(Llama), T = 1, Alpha = 1, Mode = DistillMode.OnPolicy, Lambda = 1, Divergence = Divergence.ReverseKl, Task = DistillTask.CausalLanguageModel)]
public sealed partial class OnPolicyStudent : Module<Tensor, Tensor>, ICausalDecoder
{
    private readonly Llama llama;

    public OnPolicyStudent(Llama start)
        : base(nameof(OnPolicyStudent))
    {
        llama = start;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public int VocabularySize => llama.VocabularySize;

    /// <inheritdoc/>
    public int? LongestInput => llama.LongestInput;

    /// <param name="tokens">[batch, position]</param>
    /// <returns>[batch, position, vocabulary]: the logits of what follows each position.</returns>
    public override Tensor forward(Tensor tokens) => llama.call(tokens);

    /// <inheritdoc/>
    public Tensor Decode(Tensor tokens, KeyValueCache cache) => cache.Call(this, tokens);
}
