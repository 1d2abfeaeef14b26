using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Convolutions of several widths over the words of a sentence, the largest value of each (Kim, 2014).</summary>
public sealed partial class TextCnn : Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly ModuleList<Conv1d> convolutions;
    private readonly Dropout dropout;
    private readonly Linear classifier;

    public TextCnn(int vocabulary, int width, int filters, int[] kernels, int classes)
        : base(nameof(TextCnn))
    {
        embedding = Embedding(vocabulary, width);
        convolutions = ModuleList(kernels.Select(kernel => Conv1d(width, filters, kernel)).ToArray());
        dropout = Dropout(0.5);
        classifier = Linear(kernels.Length * filters, classes);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position]</param>
    public override Tensor forward(Tensor tokens)
    {
        var x = embedding.call(tokens).transpose(1, 2);
        var found = convolutions.Select(convolution => functional.relu(convolution.call(x)).amax(2)).ToArray();
        return classifier.call(dropout.call(torch.cat(found, dim: 1)));
    }
}
