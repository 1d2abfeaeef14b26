using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilBert;

/// <summary>One layer of BERT (Devlin et al., arXiv 1810.04805): attention, then the feed-forward network, each added to its input and normalised.</summary>
[PruneHeads(0.5, Criterion = Criterion.Taylor)]
public sealed partial class EncoderLayer : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear query, key, value, output;
    private readonly LayerNorm attentionNorm;
    [PruneChannels(0.5, Criterion = Criterion.Taylor)]
    private readonly Linear up;
    private readonly Linear down;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly int heads;
    private readonly int headSize;

    public EncoderLayer(EncoderShape shape)
        : base(nameof(EncoderLayer))
    {
        var width = shape.Width;
        (query, key, value, output) = (Linear(width, width), Linear(width, width), Linear(width, width), Linear(width, width));
        (up, down) = (Linear(width, shape.Inner), Linear(shape.Inner, width));
        (attentionNorm, norm, dropout) = (LayerNorm(width), LayerNorm(width), Dropout(shape.Dropout));
        (heads, headSize) = (shape.Heads, width / shape.Heads);
        RegisterComponents();
    }

    /// <param name="x">[batch, length, width]</param>
    /// <param name="attention_mask">[batch, 1, 1, length], bool: where there is a token.</param>
    public override Tensor forward(Tensor x, Tensor attention_mask)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (x.shape[0], x.shape[1]);
        var mixed = functional.scaled_dot_product_attention(Split(query.call(x)), Split(key.call(x)), Split(value.call(x)), attention_mask);
        x = attentionNorm.call(x + dropout.call(output.call(mixed.transpose(1, 2).reshape(batch, length, heads * headSize))));
        return norm.call(x + dropout.call(down.call(functional.gelu(up.call(x))))).MoveToOuterDisposeScope();

        Tensor Split(Tensor vectors) => vectors.view(batch, length, heads, headSize).transpose(1, 2);
    }
}
