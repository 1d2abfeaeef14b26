using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>A masked model beside the same model without masks: the hook is all that may cost.</summary>
public static partial class MaskBenchmark
{
    private const int Width = 512;
    private const int Depth = 8;

    public static IEnumerable<Row> Run()
    {
        using var dense = new Stack();
        using var masked = new Stack();
        masked.Prune();

        foreach (var tokens in (int[])[1, 64])
        {
            using var input = randn(tokens, Width);
            dense.eval();
            masked.eval();

            // What a training has left behind is looked at once; from then on a call is a test of a flag.
            yield return Compare($"{Depth} x Linear({Width}) n={tokens}, inference", () => dense.call(input), () => masked.call(input));
            yield return Compare($"{Depth} x Linear({Width}) n={tokens}, forward and backward", () => Train(dense, input), () => Train(masked, input));
        }
    }

    private static void Train(Stack model, Tensor input)
    {
        using var gradients = enable_grad();
        model.zero_grad();
        model.call(input).sum().backward();
    }

    private static Row Compare(string name, Action baseline, Action ours)
    {
        var comparison = Latency.Compare(baseline, ours, new LatencyOptions { WarmUp = 20, Runs = 200 });

        return new(name, comparison.Baseline.Median, comparison.Candidate.Median, comparison.Speedup, "ms");
    }

    [Sparsity(0.5, Purpose = Purpose.Size)]
    private sealed partial class Stack : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> layers = nn.ModuleList([.. Enumerable.Range(0, Depth).Select(static _ => nn.Linear(Width, Width))]);

        public Stack()
            : base(nameof(Stack)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            foreach (var layer in layers)
            {
                x = layer.call(x);
            }

            return x;
        }
    }
}
