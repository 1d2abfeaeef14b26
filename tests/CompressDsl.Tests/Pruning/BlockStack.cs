using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>A small network of blocks with a second argument, a layer before them and a head behind, as language models have.</summary>
internal sealed class BlockStack : Module<Tensor, Tensor>, ICompressible
{
    public readonly Linear inlet = Linear(6, 8);
    public readonly ModuleList<MaskedBlock> blocks;
    public readonly Linear head = Linear(8, 5);
    private readonly HandWrittenCompression compression;

    public BlockStack(SparsityRule rule, int depth = 3, int seed = 1)
        : base(nameof(BlockStack))
    {
        blocks = ModuleList([.. Enumerable.Range(0, depth).Select(static _ => new MaskedBlock())]);
        RegisterComponents();
        compression = new(this, rule);
        Weights.Draw(this, seed);
    }

    /// <summary>What the blocks do with each other's results.</summary>
    public Func<Tensor, Tensor> Between { get; init; } = static x => x;

    public Compression Compression => compression;

    public override Tensor forward(Tensor input)
    {
        var x = inlet.call(input);
        var mask = ones(input.shape[1], 1) * 0.5f;
        foreach (var block in blocks)
        {
            x = Between(block.call(x, mask));
        }

        return head.call(x);
    }
}

/// <summary>A residual block whose second argument scales what it adds.</summary>
internal sealed class MaskedBlock : Module<Tensor, Tensor, Tensor>
{
    public readonly Linear up = Linear(8, 12);
    public readonly Linear down = Linear(12, 8);

    public MaskedBlock()
        : base(nameof(MaskedBlock)) => RegisterComponents();

    public override Tensor forward(Tensor x, Tensor mask) => x + (down.call(functional.relu(up.call(x))) * mask);
}
