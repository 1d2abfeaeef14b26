using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Finds the chains of blocks in a model, and proves on one batch that they are chains: every block is called once, in order, with what the one
/// before gave and otherwise with the same arguments.
/// </summary>
internal sealed class BlockSearch
{
    private readonly Dictionary<PruneTask, (BlockChain Chain, int Block)> places = [];
    private readonly Dictionary<PruneTask, int> before = [];
    private readonly List<BlockChain> called = [];

    private BlockSearch(IReadOnlyList<BlockChain> chains) => Chains = chains;

    /// <summary>The chains, in the order in which the model calls them.</summary>
    public IReadOnlyList<BlockChain> Chains { get; private set; }

    /// <summary>Looks for the chains that hold the weights, outermost first.</summary>
    public static BlockSearch Run(nn.Module root, IReadOnlyList<PruneTask> tasks, Calibration calibration, bool blockByBlock)
    {
        var lists = new List<(string Path, List<nn.Module> Items)>();
        if (blockByBlock)
        {
            Find(root, "", [.. tasks.SelectMany(static task => task.Users).Select(static user => user.Module)], lists);
        }

        var search = new BlockSearch([.. lists.Select(static list => new BlockChain(list.Path, [.. list.Items.Select((item, i) => SiteOf(item, $"{list.Path}.{i}"))]))]);
        search.Place(tasks);
        search.Prove(calibration);
        return search;
    }

    /// <summary>The block that holds a weight; null where none does.</summary>
    public (BlockChain Chain, int Block)? PlaceOf(PruneTask task) => places.TryGetValue(task, out var place) ? place : null;

    /// <summary>For a weight outside of all chains: before which of them it is used; the number of chains where it is behind them all.</summary>
    public int OrderOf(PruneTask task) => before[task];

    private static void Find(nn.Module module, string path, HashSet<nn.Module> users, List<(string, List<nn.Module>)> lists)
    {
        foreach (var (name, child) in module.named_children().ToArray())
        {
            var childPath = path.Length == 0 ? name : $"{path}.{name}";
            var items = child is IEnumerable<nn.Module> list ? [.. list] : child is Sequential ? child.children().ToList() : [];
            if (items.Count > 1 && items.Exists(item => item.modules().Prepend(item).Any(users.Contains)))
            {
                lists.Add((childPath, items));
            }
            else
            {
                Find(child, childPath, users, lists);
            }
        }
    }

    private static ForwardSite SiteOf(nn.Module block, string path) => ForwardSite.TryOf(block) ?? throw new InvalidOperationException(
        $"'{path}' is a {block.GetName()} whose forward does not take tensors alone, so its arguments cannot be recorded: put a pruning attribute on its class or "
        + "a member of it ([KeepDense] does) and the generator writes the typed call, or set PruneOptions.BlockByBlock to false.");

    private void Place(IReadOnlyList<PruneTask> tasks)
    {
        foreach (var chain in Chains)
        {
            for (var block = 0; block < chain.Blocks.Count; block++)
            {
                var inside = chain.Blocks[block].Module;
                var modules = inside.modules().Prepend(inside).ToHashSet();
                foreach (var task in tasks)
                {
                    if (task.Users.Any(user => modules.Contains(user.Module)))
                    {
                        // A weight that several blocks share is pruned with the first of them.
                        places.TryAdd(task, (chain, block));
                    }
                }
            }
        }

        foreach (var task in tasks.Where(task => !places.ContainsKey(task)))
        {
            before[task] = -1;
        }
    }

    private void Prove(Calibration calibration)
    {
        using var scope = NewDisposeScope();
        var hooks = new List<IDisposable>();
        try
        {
            foreach (var chain in Chains)
            {
                hooks.Add(new ChainProof(chain, () => called.Add(chain)));
            }

            // Which chain is next when a layer outside of them is called first.
            foreach (var task in before.Keys.ToArray())
            {
                hooks.AddRange(task.Users.Select(user => LayerInputs.Watch(user, (_, _) => before[task] = before[task] < 0 ? called.Count : before[task])));
            }

            calibration.Forward(0);
        }
        finally
        {
            hooks.ForEach(static hook => hook.Dispose());
        }

        foreach (var chain in Chains.Except(called))
        {
            throw new InvalidOperationException($"No block of '{chain.Path}' was called on the first calibration batch: are they called through `call` (CDSL4001), and does the calibration call this model, not another?");
        }

        Chains = called;
    }
}
