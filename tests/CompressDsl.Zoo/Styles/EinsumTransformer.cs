using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Attention in Einstein's notation, over a sequence of vectors.</summary>
public sealed partial class EinsumTransformer : Module<Tensor, Tensor>
{
    private readonly Linear embed;
    private readonly EinsumAttention attention;
    private readonly Linear head;

    public EinsumTransformer(int inputs, int hidden, int heads, int outputs)
        : base(nameof(EinsumTransformer))
    {
        embed = Linear(inputs, hidden);
        attention = new(hidden, heads);
        head = Linear(hidden, outputs);
        RegisterComponents();
    }

    /// <param name="x">[batch, position, input]</param>
    public override Tensor forward(Tensor x)
    {
        x = embed.call(x);
        x += attention.call(x);
        return head.call(x);
    }
}

/// <summary>The attention.</summary>
public sealed partial class EinsumAttention : Module<Tensor, Tensor>
{
    private readonly Linear toQueries, toKeys, toValues, unify;
    private readonly long h, d;

    public EinsumAttention(int hidden, int heads)
        : base(nameof(EinsumAttention))
    {
        h = heads;
        d = hidden / heads;
        toQueries = Linear(hidden, hidden, hasBias: false);
        toKeys = Linear(hidden, hidden, hasBias: false);
        toValues = Linear(hidden, hidden, hasBias: false);
        unify = Linear(hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        long b = x.shape[0], t = x.shape[1];
        var q = toQueries.call(x).view(b, t, h, d);
        var k = toKeys.call(x).view(b, t, h, d);
        var v = toValues.call(x).view(b, t, h, d);
        var dots = einsum("bihd,bjhd->bhij", q, k) / Math.Sqrt(d);
        var y = einsum("bhij,bjhd->bihd", softmax(dots, -1), v);
        return unify.call(y.reshape(b, t, h * d));
    }
}
