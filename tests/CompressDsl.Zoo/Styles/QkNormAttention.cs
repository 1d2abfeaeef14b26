using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Queries and keys are normalised head by head (Henry et al., 2020), and every head has a temperature of its own.</summary>
public sealed partial class QkNormAttention : Module<Tensor, Tensor>
{
    private readonly Linear qkv;
    private readonly Linear proj;
    private readonly RmsNorm qNorm;
    private readonly RmsNorm kNorm;
    private readonly Parameter temperature;
    private readonly int heads;
    private readonly int headSize;
    private readonly int width;

    public QkNormAttention(int hidden, int heads, int headSize)
        : base(nameof(QkNormAttention))
    {
        this.heads = heads;
        this.headSize = headSize;
        width = heads * headSize;
        qkv = Linear(hidden, 3 * width);
        proj = Linear(width, hidden);
        qNorm = new RmsNorm(headSize);
        kNorm = new RmsNorm(headSize);
        temperature = Parameter(torch.ones(heads, 1, 1));
        RegisterComponents();
    }

    /// <param name="x">[batch, position, hidden]</param>
    public override Tensor forward(Tensor x)
    {
        var (b, t) = (x.size(0), x.size(1));
        var parts = torch.split(qkv.call(x), [width, width, width], dim: 2);
        var q = qNorm.call(parts[0].view(b, t, heads, headSize)).transpose(1, 2);
        var k = kNorm.call(parts[1].view(b, t, heads, headSize)).transpose(1, 2);
        var v = parts[2].view(b, t, heads, headSize).transpose(1, 2);
        var weights = (torch.matmul(q, k.mT) * temperature).softmax(dim: -1);
        return proj.call(torch.matmul(weights, v).transpose(1, 2).reshape(b, t, width));
    }
}
