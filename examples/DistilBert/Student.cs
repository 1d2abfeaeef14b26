using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilBert;

/// <summary>Half the layers of a <see cref="Teacher"/>, started from every other of its layers, learning its answers and its hidden states: the recipe of DistilBERT (Sanh et al., arXiv 1910.01108).</summary>
[DistillFrom(typeof(Teacher), T = 2, Alpha = 0.7)]
[InitializeFrom(typeof(Teacher), Map = LayerMap.EveryOther)]
public sealed partial class Student : Module<Tensor, Tensor, Tensor>
{
    internal readonly Embedding words;
    internal readonly Embedding positions;
    internal readonly LayerNorm norm;
    internal readonly Dropout dropout;
    [MatchHidden(nameof(Teacher.layers), Loss = HiddenLoss.Cosine, Map = LayerMap.EveryOther)]
    internal readonly ModuleList<EncoderLayer> layers;
    internal readonly Linear head;

    public Student(EncoderShape shape)
        : base(nameof(Student))
    {
        (words, positions) = (Embedding(shape.Vocabulary, shape.Width), Embedding(shape.Length, shape.Width));
        (norm, dropout) = (LayerNorm(shape.Width), Dropout(shape.Dropout));
        layers = new(Enumerable.Range(0, Settings.StudentLayers).Select(_ => new EncoderLayer(shape)).ToArray());
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
