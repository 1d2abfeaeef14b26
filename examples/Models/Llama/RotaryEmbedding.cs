using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>
/// Turns each head by an angle that grows with the position (Su et al., 2021). Dimension i is paired with dimension i + half, as
/// Hugging Face does. The tables are made anew where the input lives: they are small, and a cache would have to follow the model from device to device.
/// </summary>
public sealed class RotaryEmbedding : Module<Tensor, Tensor>
{
    private readonly int headSize;
    private readonly double rotaryBase;
    private readonly RotaryScaling? scaling;

    public RotaryEmbedding(int headSize, double rotaryBase, RotaryScaling? scaling = null)
        : base(nameof(RotaryEmbedding))
    {
        this.headSize = headSize;
        this.rotaryBase = rotaryBase;
        this.scaling = scaling;
        RegisterComponents();
    }

    /// <param name="x">[batch, position, head, head size]</param>
    public override Tensor forward(Tensor x)
    {
        var (cos, sin) = Waves(x.shape[1], x.dtype, x.device);
        return Turn(x, cos, sin);
    }

    /// <summary>The cosine and sine of every angle, of positions from the first on; both [position, 1, half of a head].</summary>
    internal (Tensor Cos, Tensor Sin) Waves(long positions, ScalarType dtype, Device device)
    {
        var wave = torch.arange(0, headSize, 2, dtype: ScalarType.Float32, device: device) / headSize;
        var frequency = torch.pow(rotaryBase, wave).reciprocal();
        frequency = scaling?.Apply(frequency) ?? frequency;
        var position = torch.arange(positions, dtype: ScalarType.Float32, device: device);
        var angle = torch.outer(position, frequency).unsqueeze(1);
        return (angle.cos().to(dtype), angle.sin().to(dtype));
    }

    /// <summary>Turns heads, [batch, position, head, head size], by angles whose cosine and sine are given; both [position, 1, half of a head].</summary>
    internal static Tensor Turn(Tensor x, Tensor cos, Tensor sin)
    {
        var halves = x.chunk(2, dim: -1);
        var (first, second) = (halves[0], halves[1]);
        return torch.cat([first * cos - second * sin, second * cos + first * sin], dim: -1);
    }
}
