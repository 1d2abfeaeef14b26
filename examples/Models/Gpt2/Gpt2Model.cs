using CompressDsl;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>From tokens to the hidden state that the head reads: both embeddings, the blocks and the last norm.</summary>
public sealed partial class Gpt2Model : Module<Tensor, Tensor>, ICachedModule
{
    private readonly Embedding wte;
    private readonly Embedding wpe;
    [PruneLayers(0.25)]
    private readonly ModuleList<Gpt2Block> h;
    private readonly LayerNorm ln_f;

    public Gpt2Model(Gpt2Config config)
        : base(nameof(Gpt2Model))
    {
        wte = Embedding(config.VocabularySize, config.HiddenSize);
        wpe = Embedding(config.Positions, config.HiddenSize);
        h = ModuleList([.. Enumerable.Range(0, config.Layers).Select(_ => new Gpt2Block(config))]);
        ln_f = LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public ModuleCache? Cache { get; set; }

    public override Tensor forward(Tensor tokens)
    {
        var positions = Cache is null ? torch.arange(tokens.shape[1], device: tokens.device) : Cache.Positions;
        var x = wte.call(tokens) + wpe.call(positions);
        foreach (var block in h)
        {
            x = block.call(x);
        }

        return ln_f.call(x);
    }

    /// <summary>The embedding as the head: how near a hidden state is to each token.</summary>
    internal Tensor Project(Tensor hidden) => functional.linear(hidden, wte.weight!);
}
