using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilBert;

/// <summary>A classifier of sentences, as BERT is one: what the first place holds in the end says the class. With half of its heads and channels it learns from what it was.</summary>
[DistillFrom(typeof(Teacher), T = 2, Alpha = 0.7)]
public sealed partial class Teacher : Module<Tensor, Tensor, Tensor>
{
    internal readonly Embedding words;
    internal readonly Embedding positions;
    internal readonly LayerNorm norm;
    internal readonly Dropout dropout;
    internal readonly ModuleList<EncoderLayer> layers;
    internal readonly Linear head;

    public Teacher(EncoderShape shape)
        : base(nameof(Teacher))
    {
        (words, positions) = (Embedding(shape.Vocabulary, shape.Width), Embedding(shape.Length, shape.Width));
        (norm, dropout) = (LayerNorm(shape.Width), Dropout(shape.Dropout));
        layers = new(Enumerable.Range(0, Settings.TeacherLayers).Select(_ => new EncoderLayer(shape)).ToArray());
        head = Linear(shape.Width, shape.Classes);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, length], int64</param>
    /// <param name="attention_mask">[batch, length], int64: 1 where there is a token, 0 where there is padding.</param>
    /// <returns>[batch, classes]: the logits.</returns>
    public override Tensor forward(Tensor tokens, Tensor attention_mask)
    {
        using var scope = NewDisposeScope();
        var mask = attention_mask.ne(0).unsqueeze(1).unsqueeze(1);
        var x = dropout.call(norm.call(words.call(tokens) + positions.call(arange(tokens.shape[1], device: tokens.device))));
        foreach (var layer in layers)
        {
            x = layer.call(x, mask);
        }

        return head.call(x.select(1, 0)).MoveToOuterDisposeScope();
    }
}
