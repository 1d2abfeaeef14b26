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
        var wave = torch.arange(0, headSize, 2, dtype: ScalarType.Float32, device: x.device) / headSize;
        var frequency = torch.pow(rotaryBase, wave).reciprocal();
        frequency = scaling?.Apply(frequency) ?? frequency;
        var position = torch.arange(x.shape[1], dtype: ScalarType.Float32, device: x.device);
        var angle = torch.outer(position, frequency).unsqueeze(1);           // [position, 1, half]
        var (cos, sin) = (angle.cos().to(x.dtype), angle.sin().to(x.dtype));

        var halves = x.chunk(2, dim: -1);
        var (first, second) = (halves[0], halves[1]);
        return torch.cat([first * cos - second * sin, second * cos + first * sin], dim: -1);
    }
}
