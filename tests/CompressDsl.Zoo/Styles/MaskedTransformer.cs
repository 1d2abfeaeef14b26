using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Attention as matrix products with a causal mask, kept as a buffer, and an optional mask of the padding; the steps are helper methods.</summary>
public sealed partial class MaskedTransformer : Module<Tensor, Tensor?, Tensor>
{
    private readonly Embedding embedding;
    private readonly MaskedAttention attention;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public MaskedTransformer(int vocabulary, int positions, int hidden, int heads)
        : base(nameof(MaskedTransformer))
    {
        embedding = Embedding(vocabulary, hidden, padding_idx: 0);
        attention = new MaskedAttention(positions, hidden, heads);
        norm = LayerNorm(hidden);
        head = Linear(hidden, vocabulary);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position]</param>
    /// <param name="padding">[batch, position]: true where nothing stands</param>
    public override Tensor forward(Tensor tokens, Tensor? padding = null)
    {
        var x = embedding.call(tokens);
        x = norm.call(x + attention.call(x, padding));
        return head.call(x);
    }
}

/// <summary>The attention.</summary>
public sealed partial class MaskedAttention : Module<Tensor, Tensor?, Tensor>
{
    private readonly Linear wq;
    private readonly Linear wk;
    private readonly Linear wv;
    private readonly Linear wo;
    private readonly Tensor causal;
    private readonly int numHeads;
    private readonly int headDim;

    public MaskedAttention(int positions, int hidden, int numHeads)
        : base(nameof(MaskedAttention))
    {
        this.numHeads = numHeads;
        headDim = hidden / numHeads;
        wq = Linear(hidden, numHeads * headDim);
        wk = Linear(hidden, numHeads * headDim);
        wv = Linear(hidden, numHeads * headDim);
        wo = Linear(numHeads * headDim, hidden);
        causal = torch.ones(positions, positions, dtype: ScalarType.Bool).triu(1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor? padding)
    {
        var q = ToHeads(wq.call(x));
        var k = ToHeads(wk.call(x));
        var v = ToHeads(wv.call(x));
        var scores = Scores(q, k, padding);
        var context = torch.matmul(functional.softmax(scores, -1), v);
        return wo.call(FromHeads(context));
    }

    private Tensor Scores(Tensor q, Tensor k, Tensor? padding)
    {
        var length = (int)q.size(2);
        var scores = q.matmul(k.transpose(2, 3)) / Math.Sqrt(headDim);
        scores = scores.masked_fill(causal[..length, ..length], float.NegativeInfinity);
        if (padding is not null)
        {
            scores = scores.masked_fill(padding.unsqueeze(1).unsqueeze(2), float.NegativeInfinity);
        }

        return scores;
    }

    private Tensor ToHeads(Tensor x)
    {
        x = x.view(x.size(0), -1, numHeads, headDim);
        return x.permute(0, 2, 1, 3);
    }

    private Tensor FromHeads(Tensor x)
    {
        x = x.permute(0, 2, 1, 3).contiguous();
        return x.view(x.size(0), -1, numHeads * headDim);
    }
}
