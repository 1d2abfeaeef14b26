using CompressDsl;
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
        var angles = Angles(torch.arange(x.shape[1], device: x.device));
        return Turn(x, angles.cos().to(x.dtype), angles.sin().to(x.dtype));
    }

    /// <summary>The same after what a cache holds; all layers share the waves.</summary>
    internal Tensor Turn(Tensor x, ModuleCache cache) => Turn(
        x,
        cache.Once("cos", () => Angles(cache.Positions).cos().to(x.dtype)),
        cache.Once("sin", () => Angles(cache.Positions).sin().to(x.dtype)));

    /// <summary>The angles of positions, [..., position, 1, half of a head].</summary>
    private Tensor Angles(Tensor positions)
    {
        var wave = torch.arange(0, headSize, 2, dtype: ScalarType.Float32, device: positions.device) / headSize;
        var frequency = torch.pow(rotaryBase, wave).reciprocal();
        frequency = scaling?.Apply(frequency) ?? frequency;
        return (positions.to(ScalarType.Float32).unsqueeze(-1) * frequency).unsqueeze(-2);
    }

    private static Tensor Turn(Tensor x, Tensor cos, Tensor sin)
    {
        var halves = x.chunk(2, dim: -1);
        var (first, second) = (halves[0], halves[1]);
        return torch.cat([first * cos - second * sin, second * cos + first * sin], dim: -1);
    }
}
