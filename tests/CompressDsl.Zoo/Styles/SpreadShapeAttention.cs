using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Attention over tensors of any number of dimensions: sizes are spread, letters stand for the rest.</summary>
public sealed partial class SpreadShapeAttention : Module<Tensor, Tensor>
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear output;
    private readonly int heads;

    public SpreadShapeAttention(int width, int heads)
        : base(nameof(SpreadShapeAttention))
    {
        this.heads = heads;
        query = Linear(width, width);
        key = Linear(width, width);
        value = Linear(width, width);
        output = Linear(width, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, length, width]</param>
    public override Tensor forward(Tensor x)
    {
        long[] sizes = [.. x.shape[..^1], heads, -1];
        var (q, k, v) = (query.call(x).view(sizes), key.call(x).view(sizes), value.call(x).view(sizes));
        var scores = einsum("...qhd,...khd->...hqk", q, k);
        var attended = einsum("...hqk,...khd->...qhd", functional.softmax(scores / Math.Sqrt(q.shape[^1]), -1), v);
        return output.call(attended.reshape([.. x.shape[..^1], -1]));
    }
}
