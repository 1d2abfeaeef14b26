using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary>A model with weights of every pattern, as a user would annotate it.</summary>
public sealed partial class ToolNet : Module<Tensor, Tensor>
{
    [Sparsity(0.75, Kernel = SparseKernel.Bitmask)]
    private readonly SparseLinear up = new(32, 64);

    [SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)]
    private readonly SparseLinear down = new(64, 32);

    [BlockSparsity(0.5, 16, 8, Purpose = Purpose.Size)]
    private readonly Linear blocks = Linear(32, 64);

    [KeepDense]
    private readonly Linear head = Linear(64, 3);

    public ToolNet()
        : base(nameof(ToolNet)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(blocks.call(down.call(up.call(x).relu())));

    /// <summary>The model, pruned; always with the same weights, of which none was zero.</summary>
    public static ToolNet Pruned()
    {
        var net = new ToolNet();
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        using var generator = new Generator(1);
        foreach (var parameter in net.parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: generator));
        }

        net.Prune();
        return net;
    }

    /// <summary>The model, pruned and saved; the path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="storage">Of the two layers that can be compact; null: dense.</param>
    public static string Save(string path, SparseKernel? storage = null)
    {
        using var net = Pruned();
        if (storage is { } kernel)
        {
            KernelTable.Path = Path.Combine(Path.GetDirectoryName(path)!, "kernels", "kernels.json"); // not that of whoever runs the tests
            net.up.Compact(SparseKernel.Bitmask);
            net.down.Compact(kernel);
        }

        net.Save(path, new Dictionary<string, string> { ["note"] = "kept" }, storage is null ? SavedWeights.Dense : SavedWeights.Compact);
        return path;
    }
}
