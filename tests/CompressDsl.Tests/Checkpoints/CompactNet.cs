using CompressDsl.Tests.Pruning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Checkpoints;

/// <summary>A layer that can be compact, with a rule, and one that cannot.</summary>
internal sealed class CompactNet : Module<Tensor, Tensor>, ICompressible
{
    public const int Rows = 6;
    public const int Columns = 20;

    private readonly SparseLinear fc;
    private readonly Linear head = Linear(Rows, 3);

    /// <param name="seed">Draws the weights, of which none is zero.</param>
    /// <param name="type">Of all parameters.</param>
    public CompactNet(int seed = 1, ScalarType type = ScalarType.Float32)
        : base(nameof(CompactNet))
    {
        fc = new SparseLinear(Columns, Rows);
        RegisterComponents();
        Compression = new HandWrittenCompression(this, null, rules => Site = rules.Site(nameof(fc), () => PrunableWeight.Of(fc), SparsityRule.Unstructured(0.5)));
        Weights.Draw(this, seed);
        this.to(type);
    }

    public Compression Compression { get; }

    public WeightSite Site { get; private set; } = null!;

    public SparseLinear Fc => fc;

    /// <summary>The dense weight, whatever the storage.</summary>
    public Tensor Weight => fc.state_dict()["weight"].detach().clone();

    public override Tensor forward(Tensor input) => head.call(fc.call(input).relu());

    /// <summary>A net with two zeros in every four weights, and numbers among the others that are hard to keep.</summary>
    public static CompactNet TwoOfFour(ScalarType type = ScalarType.Float32)
    {
        var net = new CompactNet(2, type);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var order = rand(Rows * Columns / 4, 4, generator: generator).argsort(1);
        net.Fc.weight.masked_fill_(order.lt(2).view(Rows, Columns), 0);
        var kept = net.Fc.weight.ne(0).nonzero();
        foreach (var (place, number) in new[] { double.NaN, double.NegativeInfinity, double.PositiveInfinity, 1e-40, -1e-40 }.Index())
        {
            net.Fc.weight[kept[place, 0].item<long>(), kept[place, 1].item<long>()] = number;
        }

        return net;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            this.ClearMasks();
        }

        base.Dispose(disposing);
    }

    /// <summary>Prunes exactly what is zero.</summary>
    public CompactNet MaskedWhereZero()
    {
        using var zeros = fc.weight.detach().eq(0);
        Site.Mask.Set(zeros);
        return this;
    }
}
