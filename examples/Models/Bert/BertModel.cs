using CompressDsl;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>From tokens to hidden states: the embeddings and the layers.</summary>
public sealed partial class BertModel : Module<Tensor, Tensor>
{
    private readonly BertEmbeddings embeddings;
    private readonly BertEncoder encoder;

    public BertModel(BertConfig config)
        : base(nameof(BertModel))
    {
        embeddings = new BertEmbeddings(config);
        encoder = new BertEncoder(config);
        RegisterComponents();
    }

    /// <summary>The embedding of the tokens [vocabulary, hidden], which is the head too.</summary>
    internal Tensor Words => embeddings.Words;

    public override Tensor forward(Tensor tokens) => encoder.call(embeddings.call(tokens));
}

/// <summary>The sum of the embeddings of token, position and segment (always the first), normalised.</summary>
public sealed class BertEmbeddings : Module<Tensor, Tensor>
{
    private readonly Embedding word_embeddings;
    private readonly Embedding position_embeddings;
    private readonly Embedding token_type_embeddings;
    private readonly LayerNorm LayerNorm;

    public BertEmbeddings(BertConfig config)
        : base(nameof(BertEmbeddings))
    {
        word_embeddings = Embedding(config.VocabularySize, config.HiddenSize);
        position_embeddings = Embedding(config.Positions, config.HiddenSize);
        token_type_embeddings = Embedding(config.TokenTypes, config.HiddenSize);
        LayerNorm = nn.LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    internal Tensor Words => word_embeddings.weight!;

    public override Tensor forward(Tensor tokens)
    {
        var position = position_embeddings.call(torch.arange(tokens.shape[1], device: tokens.device));
        return LayerNorm.call(word_embeddings.call(tokens) + position + token_type_embeddings.call(torch.zeros_like(tokens)));
    }
}

/// <summary>The layers, one after the other.</summary>
public sealed partial class BertEncoder : Module<Tensor, Tensor>
{
    [PruneLayers(0.25)]
    private readonly ModuleList<BertLayer> layer;

    public BertEncoder(BertConfig config)
        : base(nameof(BertEncoder))
    {
        layer = ModuleList([.. Enumerable.Range(0, config.Layers).Select(_ => new BertLayer(config))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        foreach (var block in layer)
        {
            x = block.call(x);
        }

        return x;
    }
}
