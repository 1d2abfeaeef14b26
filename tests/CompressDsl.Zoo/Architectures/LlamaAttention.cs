using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>Causal self-attention in which a group of query heads shares one key and value head (Ainslie et al., 2023).</summary>
public sealed partial class LlamaAttention : Module<Tensor, Tensor>
{
    private readonly Linear q_proj;
    private readonly Linear k_proj;
    private readonly Linear v_proj;
    private readonly Linear o_proj;
    private readonly int heads;
    private readonly int keyValueHeads;
    private readonly int headSize;

    public LlamaAttention(int hidden, int heads, int keyValueHeads)
        : base(nameof(LlamaAttention))
    {
        this.heads = heads;
        this.keyValueHeads = keyValueHeads;
        headSize = hidden / heads;
        q_proj = Linear(hidden, heads * headSize, hasBias: false);
        k_proj = Linear(hidden, keyValueHeads * headSize, hasBias: false);
        v_proj = Linear(hidden, keyValueHeads * headSize, hasBias: false);
        o_proj = Linear(heads * headSize, hidden, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var query = q_proj.call(x).view(batch, length, heads, headSize).transpose(1, 2);
        var key = k_proj.call(x).view(batch, length, keyValueHeads, headSize).transpose(1, 2);
        var value = v_proj.call(x).view(batch, length, keyValueHeads, headSize).transpose(1, 2);

        var (cos, sin) = Angles(length, x.device);
        query = Rotate(query, cos, sin);
        key = Rotate(key, cos, sin);

        var group = heads / keyValueHeads;
        key = key.repeat_interleave(group, dim: 1);
        value = value.repeat_interleave(group, dim: 1);

        var attended = functional.scaled_dot_product_attention(query, key, value, is_casual: true);
        return o_proj.call(attended.transpose(1, 2).reshape(batch, length, -1));
    }

    /// <summary>Cosine and sine of every position's angles, [position, head size] each.</summary>
    private (Tensor Cos, Tensor Sin) Angles(long length, Device device)
    {
        var wave = torch.arange(0, headSize, 2, dtype: ScalarType.Float32, device: device) / headSize;
        var angle = torch.outer(torch.arange(length, dtype: ScalarType.Float32, device: device), torch.pow(10000.0, wave).reciprocal());
        angle = torch.cat([angle, angle], dim: -1);
        return (angle.cos(), angle.sin());
    }

    /// <summary>Turns the pairs (i, i + half) of every head by the angles of its position.</summary>
    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin)
    {
        var halves = x.chunk(2, dim: -1);
        var turned = torch.cat([-halves[1], halves[0]], dim: -1);
        return x * cos + turned * sin;
    }
}

/// <summary>Divides by the root of the mean square, then scales (Zhang and Sennrich, 2019).</summary>
public sealed partial class RmsNorm : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double epsilon;

    public RmsNorm(int size, double epsilon = 1e-6)
        : base(nameof(RmsNorm))
    {
        weight = Parameter(torch.ones(size));
        this.epsilon = epsilon;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var variance = x.pow(2).mean([-1], keepdim: true);
        return weight * (x * torch.rsqrt(variance + epsilon));
    }
}
