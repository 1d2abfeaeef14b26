using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The stages in which a model is pruned, in the order in which its forward reaches them.</summary>
internal sealed class CalibrationPlan : IDisposable
{
    private readonly IReadOnlyList<BlockChain> chains;

    private CalibrationPlan(BlockSearch search, IReadOnlyList<CalibrationStage> stages) => (chains, Search, Stages) = (search.Chains, search, stages);

    /// <summary>Where the weights are.</summary>
    public BlockSearch Search { get; }

    /// <summary>The stages.</summary>
    public IReadOnlyList<CalibrationStage> Stages { get; }

    /// <summary>Plans.</summary>
    /// <param name="root">The model, in eval mode.</param>
    /// <param name="tasks">The weights to prune.</param>
    /// <param name="calibration">The data.</param>
    /// <param name="options">BlockByBlock, SpillFolder.</param>
    /// <param name="cancellationToken">Heard between two batches.</param>
    public static CalibrationPlan Of(
        nn.Module root, IReadOnlyList<PruneTask> tasks, Calibration calibration, PruneOptions options, CancellationToken cancellationToken)
    {
        var search = BlockSearch.Run(root, tasks, calibration, options.BlockByBlock);
        var stages = new List<CalibrationStage>();
        var outside = tasks.Where(task => search.PlaceOf(task) is null).ToArray();
        for (var place = 0; place < search.Chains.Count; place++)
        {
            var chain = search.Chains[place];
            PruneTask[] before = [.. outside.Where(task => search.OrderOf(task) == place)];
            if (before.Length > 0)
            {
                stages.Add(new($"before {chain.Path}", before, Nothing, batch => RunTo(chain, batch), Nothing));
            }

            stages.AddRange(StagesOf(chain, block => [.. tasks.Where(task => search.PlaceOf(task) == (chain, block))]));
        }

        PruneTask[] behind = [.. outside.Where(task => search.OrderOf(task) is var order && (order < 0 || order == search.Chains.Count))];
        if (behind.Length > 0)
        {
            stages.Add(new(root.GetName(), behind, Nothing, calibration.Forward, Nothing));
        }

        return new(search, stages);

        IEnumerable<CalibrationStage> StagesOf(BlockChain chain, Func<int, PruneTask[]> tasksOf)
        {
            var inside = Enumerable.Range(0, chain.Blocks.Count).Select(tasksOf).ToArray();
            var last = Array.FindLastIndex(inside, static block => block.Length > 0);
            for (var i = 0; i <= last; i++)
            {
                var block = i;
                yield return new(
                    $"{chain.Path}.{block}",
                    inside[block],
                    block == 0 ? () => chain.Capture(calibration, options.SpillFolder, cancellationToken) : Nothing,
                    batch => chain.Call(block, batch),
                    block == last ? chain.Dispose : () => chain.Advance(block, cancellationToken));
            }
        }

        void RunTo(BlockChain chain, int batch)
        {
            var stop = new StopException();
            using var hook = chain.Blocks[0].OnCall(_ => throw stop);
            StopException.Run(() => calibration.Forward(batch), stop);
        }
    }

    /// <summary>Releases the activations.</summary>
    public void Dispose()
    {
        foreach (var chain in chains)
        {
            chain.Dispose();
        }
    }

    private static void Nothing()
    {
    }
}
