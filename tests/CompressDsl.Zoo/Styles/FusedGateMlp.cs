using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Gate and value of the feed-forward network from one layer (GEGLU, Shazeer, 2020).</summary>
public sealed partial class FusedGateMlp : Module<Tensor, Tensor>
{
    private readonly LayerNorm norm;
    private readonly Linear gateAndUp;
    private readonly Linear down;

    public FusedGateMlp(int width, int inner)
        : base(nameof(FusedGateMlp))
    {
        norm = LayerNorm(width);
        gateAndUp = Linear(width, 2 * inner);
        down = Linear(inner, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, position, width]</param>
    public override Tensor forward(Tensor x)
    {
        var parts = gateAndUp.call(norm.call(x)).chunk(2, -1);
        var (gate, up) = (parts[0], parts[1]);
        return x + down.call(functional.gelu(gate) * up);
    }
}
