using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

/// <summary>Blocks of several lists, ranked together.</summary>
public sealed class GlobalLayersTests
{
    [Fact]
    public void Blocks_of_all_lists_of_a_class_are_ranked_together()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var model = new TwoTowers();
        var input = randn(2, 3, 8);

        var report = model.Prune(new PruneOptions { Calibration = Calibration.Of([input], batch => model.call(batch)) });

        // The blocks of the first tower do next to nothing; of four in all, those three go that leave it one.
        Assert.Equal([("first.blocks", 3), ("second.blocks", 1)], report.Structures.Select(static structure => (structure.Path, structure.Removed)));
        var masked = model.call(input);
        model.Shrink();
        Assert.True(masked.allclose(model.call(input)));
    }
}

internal sealed partial class TwoTowers : Module<Tensor, Tensor>
{
    private readonly Tower first = new(1e-3);
    private readonly Tower second = new(1);

    public TwoTowers()
        : base(nameof(TwoTowers))
        => RegisterComponents();

    public override Tensor forward(Tensor x) => second.call(first.call(x));
}

internal sealed partial class Tower : Module<Tensor, Tensor>
{
    [PruneLayers(0.5, Scope = Scope.Global)]
    private readonly ModuleList<TowerBlock> blocks;

    public Tower(double scale)
        : base(nameof(Tower))
    {
        blocks = ModuleList<TowerBlock>([.. Enumerable.Range(0, 4).Select(_ => new TowerBlock(scale))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => blocks.Aggregate(x, static (y, block) => block.call(y));
}

internal sealed partial class TowerBlock : Module<Tensor, Tensor>
{
    private readonly Linear linear = Linear(8, 8);
    private readonly double scale;

    public TowerBlock(double scale)
        : base(nameof(TowerBlock))
    {
        this.scale = scale;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x + linear.call(x) * scale;
}
