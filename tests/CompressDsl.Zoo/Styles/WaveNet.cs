using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Gated dilated convolutions over time (van den Oord et al., 2016); every block adds to the signal and to a sum for the head.</summary>
public sealed partial class WaveNet : Module<Tensor, Tensor>
{
    private readonly Conv1d input;
    private readonly ModuleList<WaveBlock> blocks;
    private readonly Conv1d head;

    public WaveNet(int width, int inner, int skip, int depth, int outputs)
        : base(nameof(WaveNet))
    {
        input = Conv1d(1, width, 1);
        blocks = new ModuleList<WaveBlock>([.. Enumerable.Range(0, depth).Select(i => new WaveBlock(width, inner, skip, 1 << i))]);
        head = Conv1d(skip, outputs, 1);
        RegisterComponents();
    }

    /// <param name="signal">[batch, 1, time]</param>
    /// <returns>[batch, output, time]</returns>
    public override Tensor forward(Tensor signal)
    {
        var x = input.call(signal);
        Tensor? sum = null;
        foreach (var block in blocks)
        {
            (x, var skip) = block.call(x);
            sum = sum is null ? skip : sum + skip;
        }

        return head.call(functional.relu(sum!));
    }
}

/// <summary>One block: half of the channels of its convolution are a gate for the other half.</summary>
public sealed partial class WaveBlock : Module<Tensor, (Tensor, Tensor)>
{
    private readonly Conv1d filterAndGate;
    private readonly Conv1d residual;
    private readonly Conv1d skip;
    private readonly int inner;

    public WaveBlock(int width, int inner, int skip, int dilation)
        : base(nameof(WaveBlock))
    {
        this.inner = inner;
        filterAndGate = Conv1d(width, 2 * inner, 3, padding: dilation, dilation: dilation);
        residual = Conv1d(inner, width, 1);
        this.skip = Conv1d(inner, skip, 1);
        RegisterComponents();
    }

    public override (Tensor, Tensor) forward(Tensor x)
    {
        var both = filterAndGate.call(x);
        var y = torch.tanh(both.narrow(1, 0, inner)) * torch.sigmoid(both.narrow(1, inner, inner));
        return (x + residual.call(y), skip.call(y));
    }
}
