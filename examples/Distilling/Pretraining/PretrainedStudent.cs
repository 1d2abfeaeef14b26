using CompressDsl;
using Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Distilling;

/// <summary>A small Llama that learns to predict text while a trained one says, at every byte, what else could have stood there.</summary>
[DistillFrom(typeof(Llama), T = 1, Alpha = 0.9, Mode = DistillMode.Pretraining, Task = DistillTask.CausalLanguageModel)]
public sealed partial class PretrainedStudent : Module<Tensor, Tensor>
{
    private readonly Llama llama;

    public PretrainedStudent(LlamaConfig config, int seed)
        : base(nameof(PretrainedStudent))
    {
        llama = new Llama(config).Initialize(seed);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position]</param>
    /// <returns>[batch, position, vocabulary]: the logits of what follows each position.</returns>
    public override Tensor forward(Tensor tokens) => llama.call(tokens);
}
