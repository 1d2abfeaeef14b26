using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>A text classifier: embeddings, an LSTM, and a layer over its last state. What touches the LSTM stays as wide as it is.</summary>
public sealed partial class LstmClassifier : Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly LSTM lstm;
    private readonly Linear hidden;
    private readonly Linear head;

    public LstmClassifier(int vocabulary, int width, int state, int inner, int classes)
        : base(nameof(LstmClassifier))
    {
        embedding = Embedding(vocabulary, width);
        lstm = LSTM(width, state, batchFirst: true);
        hidden = Linear(state, inner);
        head = Linear(inner, classes);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position], integers below the size of the vocabulary</param>
    /// <returns>[batch, class]: logits</returns>
    public override Tensor forward(Tensor tokens)
    {
        var (states, _, _) = lstm.call(embedding.call(tokens)); // CDSL3003: an LSTM holds the channels of its input and of its states
        var last = states[.., -1];
        return head.call(functional.relu(hidden.call(last)));
    }
}
