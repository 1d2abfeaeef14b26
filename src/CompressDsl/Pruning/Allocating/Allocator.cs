using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Shares sparsity out among the layers.</summary>
internal static class Allocator
{
    /// <summary>Whether |weight| * norm of its input must be known for these weights before the first is pruned.</summary>
    public static IEnumerable<PruneTask> NeedNorms(Allocation allocation, IReadOnlyList<PruneTask> tasks) => allocation switch
    {
        OwlAllocation => tasks,
        GlobalAllocation => tasks.Where(static task => task.LooksAtInputs),
        _ => tasks.Where(static task => task.LooksAtInputs && task.Rule.Scope == Scope.Global && task.IsUnstructured),
    };

    /// <summary>Gives every weight its own fraction.</summary>
    /// <param name="allocation">How.</param>
    /// <param name="tasks">The weights that are to be pruned.</param>
    /// <param name="scorer">Their scores.</param>
    /// <param name="normOf">OWL: the activation norm of the input of a weight.</param>
    /// <param name="blockOf">The block that a weight is in: what OWL calls a layer.</param>
    public static void Share(
        Allocation allocation, IReadOnlyList<PruneTask> tasks, Scorer scorer, Func<PruneTask, Tensor> normOf, Func<PruneTask, object> blockOf)
    {
        switch (allocation)
        {
            case GivenAllocation given:
                Give(given.Sparsities, tasks);
                break;
            case GlobalAllocation:
                foreach (var alike in tasks.GroupBy(static task => task.LooksAtInputs ? Criterion.Wanda : task.Rule.Criterion))
                {
                    Rank([.. alike.Where(static task => !task.Rule.IsSemiStructured)], scorer);
                }

                break;
            case OwlAllocation owl:
                Weigh(owl, tasks, normOf, blockOf);
                break;
            default:
                // A criterion that solves layer by layer cannot compare weights of several: their ranking says how much of each goes.
                foreach (var compared in tasks.Where(static task => task.IsSolved && task.Rule.Scope == Scope.Global && task.IsUnstructured).GroupBy(static task => task.ComparedWith))
                {
                    Rank([.. compared], scorer);
                }

                break;
        }
    }

    private static void Give(IReadOnlyDictionary<string, double> sparsities, IReadOnlyList<PruneTask> tasks)
    {
        var unknown = sparsities.Keys.Except(tasks.Select(static task => task.Path)).Order(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            throw new InvalidOperationException(
                $"The allocation names '{unknown[0]}', which is no weight that is to be pruned; those are {string.Join(", ", tasks.Select(static task => task.Path))}.");
        }

        foreach (var task in tasks)
        {
            if (sparsities.TryGetValue(task.Path, out var sparsity))
            {
                task.Allocate(sparsity);
            }
        }
    }

    private static void Rank(IReadOnlyList<PruneTask> tasks, Scorer scorer)
    {
        if (tasks.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var device = tasks[0].Weight.device;
        var scores = cat([.. tasks.Select(task => scorer.Score(task).flatten().to(device))]);
        var removed = (long)Math.Floor(tasks.Sum(static task => task.Weight.numel() * task.Rule.Sparsity) + 1e-6);
        var lowest = Selection.Lowest(scores.unsqueeze(0), removed).squeeze(0);
        var start = 0L;
        foreach (var task in tasks)
        {
            var length = task.Weight.numel();
            task.Allocate((double)lowest.narrow(0, start, length).sum().to(ScalarType.Int64).item<long>() / length);
            start += length;
        }
    }

    private static void Weigh(OwlAllocation owl, IReadOnlyList<PruneTask> tasks, Func<PruneTask, Tensor> normOf, Func<PruneTask, object> blockOf)
    {
        var targets = tasks.Select(static task => task.Rule.Sparsity).Distinct().ToArray();
        if (targets.Length > 1 || tasks.Any(static task => task.Rule.IsSemiStructured))
        {
            throw new InvalidOperationException(
                "OWL shares one sparsity out among the blocks, so all weights must ask for the same one, and none for N:M; here they ask for "
                + string.Join(", ", tasks.Select(static task => task.Rule.ToString()).Distinct()) + ". Name one in PruneOptions.Rule.");
        }

        var blocks = tasks.GroupBy(blockOf).ToArray();
        var shares = blocks.Select(block => Owl.OutlierShare(block.Select(task => task.Layout.Lay(task.Weight.detach()).to(ScalarType.Float32).abs().mul(normOf(task))), owl.M)).ToArray();
        var sparsities = Owl.Sparsities(shares, targets[0], owl.Lambda);
        for (var i = 0; i < blocks.Length; i++)
        {
            foreach (var task in blocks[i])
            {
                task.Allocate(sparsities[i]);
            }
        }
    }
}
