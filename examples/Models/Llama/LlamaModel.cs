using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>From tokens to the hidden state that the head reads: the embedding, the blocks and the last norm.</summary>
public sealed partial class LlamaModel : Module<Tensor, Tensor>
{
    [KeepDense]
    private readonly Embedding embed_tokens;
    [PruneLayers(0.25)]
    private readonly ModuleList<Block> layers;
    private readonly RmsNorm norm;

    public LlamaModel(LlamaConfig config)
        : base(nameof(LlamaModel))
    {
        embed_tokens = Embedding(config.VocabularySize, config.HiddenSize);
        layers = ModuleList([.. Enumerable.Range(0, config.Layers).Select(_ => new Block(config))]);
        norm = new RmsNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        var x = embed_tokens.call(tokens);
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return norm.call(x);
    }

    /// <summary>The embedding as the head: how near a hidden state is to each token.</summary>
    internal Tensor Project(Tensor hidden) => functional.linear(hidden, embed_tokens.weight!);
}
