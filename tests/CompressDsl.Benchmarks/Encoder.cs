using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Benchmarks;

/// <summary>An encoder of the shape of BERT-base, half of whose heads and inner channels go.</summary>
internal sealed partial class Encoder : Module<Tensor, Tensor>
{
    public const int Width = 768;

    private readonly ModuleList<EncoderLayer> layers = ModuleList([.. Enumerable.Range(0, 12).Select(static _ => new EncoderLayer())]);

    public Encoder()
        : base(nameof(Encoder)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return x;
    }
}

/// <summary>Attention and a feed-forward network, each normalised after the residual sum.</summary>
internal sealed partial class EncoderLayer : Module<Tensor, Tensor>
{
    private readonly SelfAttention attention = new();
    private readonly LayerNorm attentionNorm = LayerNorm(Encoder.Width);
    [PruneChannels(0.5)]
    private readonly Linear intermediate = Linear(Encoder.Width, 4 * Encoder.Width);
    private readonly Linear output = Linear(4 * Encoder.Width, Encoder.Width);
    private readonly LayerNorm outputNorm = LayerNorm(Encoder.Width);

    public EncoderLayer()
        : base(nameof(EncoderLayer)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        x = attentionNorm.call(x + attention.call(x));
        return outputNorm.call(x + output.call(functional.gelu(intermediate.call(x))));
    }
}

/// <summary>Every token sees every other.</summary>
[PruneHeads(0.5)]
internal sealed partial class SelfAttention : Module<Tensor, Tensor>
{
    private const int HeadSize = 64;

    private readonly Linear query = Linear(Encoder.Width, Encoder.Width);
    private readonly Linear key = Linear(Encoder.Width, Encoder.Width);
    private readonly Linear value = Linear(Encoder.Width, Encoder.Width);
    private readonly Linear output = Linear(Encoder.Width, Encoder.Width);

    public SelfAttention()
        : base(nameof(SelfAttention)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        var attended = functional.scaled_dot_product_attention(Split(query.call(x)), Split(key.call(x)), Split(value.call(x)));
        return output.call(attended.transpose(1, 2).flatten(2));
    }

    private static Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], -1, HeadSize).transpose(1, 2);
}

/// <summary>The same encoder, half of whose layers go.</summary>
internal sealed partial class DeepEncoder : Module<Tensor, Tensor>
{
    [PruneLayers(0.5)]
    private readonly ModuleList<Zoo.BertLayer> layers = ModuleList([.. Enumerable.Range(0, 12).Select(static _ => new Zoo.BertLayer(Encoder.Width, 12, 4 * Encoder.Width))]);

    public DeepEncoder()
        : base(nameof(DeepEncoder)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return x;
    }
}

/// <summary>BERT-base without token types and pooler, half of whose layers go: what DistilBERT is (Sanh et al., arXiv 1910.01108).</summary>
internal sealed partial class DistilBert : Module<Tensor, Tensor>
{
    private readonly Zoo.BertEmbeddings embeddings = new(30522, Encoder.Width, 512, tokenTypes: 0);
    [PruneLayers(Keep = 6)]
    private readonly ModuleList<Zoo.BertLayer> layers = ModuleList([.. Enumerable.Range(0, 12).Select(static _ => new Zoo.BertLayer(Encoder.Width, 12, 4 * Encoder.Width))]);

    public DistilBert()
        : base(nameof(DistilBert)) => RegisterComponents();

    public override Tensor forward(Tensor tokens)
    {
        var x = embeddings.call(tokens);
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return x;
    }
}
