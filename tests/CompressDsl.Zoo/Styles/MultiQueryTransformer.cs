using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>All query heads share one key and one value head (Shazeer, 2019), which are expanded to them.</summary>
public sealed partial class MultiQueryTransformer : Module<Tensor, Tensor>
{
    private readonly Embedding tokens;
    private readonly LayerNorm before;
    private readonly MultiQueryAttention attention;
    private readonly LayerNorm after;

    public MultiQueryTransformer(int vocabulary, int hidden, int heads)
        : base(nameof(MultiQueryTransformer))
    {
        tokens = Embedding(vocabulary, hidden);
        before = LayerNorm(hidden);
        attention = new MultiQueryAttention(hidden, heads);
        after = LayerNorm(hidden);
        RegisterComponents();
    }

    /// <param name="x">[batch, position]</param>
    /// <returns>[batch, hidden]: the mean over the positions</returns>
    public override Tensor forward(Tensor x)
    {
        var h = tokens.call(x);
        h = h + attention.call(before.call(h));
        return after.call(h).mean([1]);
    }
}

/// <summary>The attention.</summary>
public sealed partial class MultiQueryAttention : Module<Tensor, Tensor>
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear project;
    private readonly int heads;
    private readonly int headSize;

    public MultiQueryAttention(int hidden, int heads)
        : base(nameof(MultiQueryAttention))
    {
        this.heads = heads;
        headSize = hidden / heads;
        query = Linear(hidden, hidden);
        key = Linear(hidden, headSize);
        value = Linear(hidden, headSize);
        project = Linear(hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var batch = x.size(0);
        var length = x.size(1);
        var q = query.call(x).view(batch, length, heads, headSize).transpose(1, 2);
        var k = key.call(x).unsqueeze(1).expand(-1, heads, -1, -1);
        var v = value.call(x).unsqueeze(1).expand(batch, heads, length, headSize);
        var y = functional.scaled_dot_product_attention(q, k, v);
        return project.call(y.transpose(1, 2).flatten(2));
    }
}
