using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>One layer of a <see cref="Bert"/>: attention, then the feed-forward network, each added to its input and normalised.</summary>
[Sparsity(0.5, Purpose = Purpose.Size)]
[PruneChannels(0.25)]
public sealed partial class BertLayer : Module<Tensor, Tensor>
{
    private readonly BertAttention attention;
    private readonly BertIntermediate intermediate;
    private readonly BertOutput output;

    public BertLayer(BertConfig config)
        : base(nameof(BertLayer))
    {
        attention = new BertAttention(config);
        intermediate = new BertIntermediate(config);
        output = new BertOutput(config.IntermediateSize, config);
        RegisterComponents();
    }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        x = attention.call(x);
        return output.call(intermediate.call(x), x);
    }
}

/// <summary>Self-attention and what follows it.</summary>
[PruneHeads(0.25)]
public sealed partial class BertAttention : Module<Tensor, Tensor>
{
    private readonly BertSelfAttention self;
    private readonly BertOutput output;

    public BertAttention(BertConfig config)
        : base(nameof(BertAttention))
    {
        self = new BertSelfAttention(config);
        output = new BertOutput(config.HiddenSize, config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => output.call(self.call(x), x);
}

/// <summary>Attention in which every token sees every other.</summary>
public sealed class BertSelfAttention : Module<Tensor, Tensor>
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly int heads;

    public BertSelfAttention(BertConfig config)
        : base(nameof(BertSelfAttention))
    {
        heads = config.Heads;
        query = Linear(config.HiddenSize, config.HiddenSize);
        key = Linear(config.HiddenSize, config.HiddenSize);
        value = Linear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var attended = functional.scaled_dot_product_attention(Split(query.call(x)), Split(key.call(x)), Split(value.call(x)));
        return attended.transpose(1, 2).flatten(2);
    }

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);
}

/// <summary>The first half of the feed-forward network.</summary>
public sealed class BertIntermediate : Module<Tensor, Tensor>
{
    private readonly Linear dense;

    public BertIntermediate(BertConfig config)
        : base(nameof(BertIntermediate))
    {
        dense = Linear(config.HiddenSize, config.IntermediateSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => functional.gelu(dense.call(x));
}

/// <summary>A projection, added to what came before and normalised.</summary>
public sealed class BertOutput : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;

    public BertOutput(int inputSize, BertConfig config)
        : base(nameof(BertOutput))
    {
        dense = Linear(inputSize, config.HiddenSize);
        LayerNorm = nn.LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor before) => LayerNorm.call(dense.call(x) + before);
}
