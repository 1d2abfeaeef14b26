using CompressDsl;
using Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Distilling;

/// <summary>The same small Llama, distilled as usual: on the data's text, with the forward KL, which is that of whole texts where the data writes.</summary>
[DistillFrom(typeof(Llama), T = 1, Alpha = 1, Task = DistillTask.CausalLanguageModel)]
public sealed partial class OfflineStudent : Module<Tensor, Tensor>
{
    private readonly Llama llama;

    public OfflineStudent(Llama start)
        : base(nameof(OfflineStudent))
    {
        llama = start;
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position]</param>
    /// <returns>[batch, position, vocabulary]: the logits of what follows each position.</returns>
    public override Tensor forward(Tensor tokens) => llama.call(tokens);
}
