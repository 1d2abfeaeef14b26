using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>The heads of a <see cref="Bert"/>, of which there is one here.</summary>
public sealed class BertHead : Module
{
    private readonly BertPredictions predictions;

    public BertHead(BertConfig config)
        : base(nameof(BertHead))
    {
        predictions = new BertPredictions(config);
        RegisterComponents();
    }

    internal Tensor Predict(Tensor hidden, Tensor words) => predictions.call(hidden, words);
}

/// <summary>From hidden states to logits, with the embedding of the tokens as the last matrix.</summary>
public sealed class BertPredictions : Module<Tensor, Tensor, Tensor>
{
    private readonly BertTransform transform;
    private readonly Parameter bias;

    public BertPredictions(BertConfig config)
        : base(nameof(BertPredictions))
    {
        transform = new BertTransform(config);
        bias = Parameter(torch.zeros(config.VocabularySize));
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor words) => functional.linear(transform.call(hidden), words, bias);
}

/// <summary>A layer between the encoder and the head.</summary>
public sealed class BertTransform : Module<Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;

    public BertTransform(BertConfig config)
        : base(nameof(BertTransform))
    {
        dense = Linear(config.HiddenSize, config.HiddenSize);
        LayerNorm = nn.LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => LayerNorm.call(functional.gelu(dense.call(x)));
}
