using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Distance is punished, by every head with a slope of its own, which is a buffer (Press et al., 2022). The heads are the innermost of the fused layer.</summary>
public sealed partial class AlibiAttention : Module<Tensor, Tensor>
{
    private readonly Linear query_key_value;
    private readonly Linear dense;
    private readonly Tensor slopes;
    private readonly int num_heads;
    private readonly int head_dim;

    public AlibiAttention(int hidden, int heads)
        : base(nameof(AlibiAttention))
    {
        num_heads = heads;
        head_dim = hidden / heads;
        query_key_value = Linear(hidden, 3 * hidden);
        dense = Linear(hidden, hidden);
        slopes = torch.pow(2.0, torch.arange(1, heads + 1, dtype: ScalarType.Float32) * (-8.0 / heads)).view(1, heads, 1, 1);
        RegisterComponents();
    }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        // Bloom's order: of every head its query, its key, its value.
        var fused = query_key_value.call(x).view(x.shape[0], x.shape[1], num_heads, 3, head_dim);
        var (q, k, v) = (fused[.., .., .., 0], fused[.., .., .., 1], fused[.., .., .., 2]);
        var position = torch.arange(x.shape[1], dtype: ScalarType.Float32, device: x.device);
        var distance = (position.unsqueeze(0) - position.unsqueeze(1)).abs();

        var scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / Math.Sqrt(head_dim) - slopes * distance;
        var y = torch.einsum("bhqk,bkhd->bqhd", scores.softmax(-1), v);
        return x + dense.call(y.flatten(2));
    }
}
