using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>Attention and a feed-forward network; each is normalised after the residual sum.</summary>
public sealed partial class BertLayer : Module<Tensor, Tensor>
{
    private readonly BertSelfAttention attention;
    private readonly LayerNorm attention_norm;
    private readonly Linear intermediate;
    private readonly Linear output;
    private readonly LayerNorm output_norm;
    private readonly Dropout dropout;

    public BertLayer(int hidden, int heads, int intermediate)
        : base(nameof(BertLayer))
    {
        attention = new BertSelfAttention(hidden, heads);
        attention_norm = LayerNorm(hidden, 1e-12);
        this.intermediate = Linear(hidden, intermediate);
        output = Linear(intermediate, hidden);
        output_norm = LayerNorm(hidden, 1e-12);
        dropout = Dropout(0.1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = attention_norm.call(x + dropout.call(attention.call(x)));
        var inner = functional.gelu(intermediate.call(x));
        return output_norm.call(x + dropout.call(output.call(inner)));
    }
}

/// <summary>Every token sees every other.</summary>
public sealed partial class BertSelfAttention : Module<Tensor, Tensor>
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear output;
    private readonly int heads;
    private readonly int headSize;

    public BertSelfAttention(int hidden, int heads)
        : base(nameof(BertSelfAttention))
    {
        this.heads = heads;
        headSize = hidden / heads;
        query = Linear(hidden, hidden);
        key = Linear(hidden, hidden);
        value = Linear(hidden, hidden);
        output = Linear(hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (q, k, v) = (Split(query.call(x)), Split(key.call(x)), Split(value.call(x)));
        var attended = functional.scaled_dot_product_attention(q, k, v);
        return output.call(Merge(attended));
    }

    /// <summary>[batch, position, width] to [batch, head, position, head size].</summary>
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, headSize).transpose(1, 2);

    private Tensor Merge(Tensor x) => x.transpose(1, 2).reshape(x.shape[0], x.shape[2], heads * headSize);
}
