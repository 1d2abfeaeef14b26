using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Prunes annotated models: finds the weights, scores them, chooses those that go, and sets the masks.</summary>
public static class Pruner
{
    /// <summary>Does what the attributes at and below <paramref name="root"/> ask for.</summary>
    /// <remarks>
    /// All masks are computed before the first is set: an error or a cancellation leaves the model as it was. What is pruned already stays pruned
    /// and is counted.
    /// <see cref="Scope.Global"/> compares all weights with an equal rule whose attribute stands on the same module: on its class, or on members of
    /// its class.
    /// </remarks>
    /// <param name="root">An annotated module, or one that has annotated modules below.</param>
    /// <param name="options">What to do otherwise than the attributes say.</param>
    /// <param name="progress">Told after each weight.</param>
    /// <param name="cancellationToken">Heard between two weights.</param>
    /// <exception cref="InvalidOperationException">Nothing is annotated; a weight cannot follow its rule, holds NaN, or is in compact
    /// storage.</exception>
    public static PruneResult Run(
        nn.Module root, PruneOptions? options = null, IProgress<PruneProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        var clock = Stopwatch.StartNew();
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var tasks = Plan(root, options?.Rule);
        tasks.ForEach(static task => task.Check());

        var groups = tasks.Where(static task => !task.Rule.IsDense).GroupBy(static task => task.ComparedWith).ToArray();
        var (done, total) = (0, groups.Sum(static group => group.Count()));
        foreach (var group in groups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PruneTask.Compute([.. group]);
            done += group.Count();
            progress?.Report(new(done, total, group.Last().Path));
        }

        cancellationToken.ThrowIfCancellationRequested();
        tasks.ForEach(static task => task.Set());
        return new([.. tasks.Select(static task => task.Result())], clock.Elapsed.TotalSeconds);
    }

    private static List<PruneTask> Plan(nn.Module root, SparsityRule? rule)
    {
        if (!SiteWalk.IsAnnotated(root))
        {
            throw new InvalidOperationException(
                $"Nothing in {root.GetName()} is annotated, so there is nothing to prune: put [Sparsity], [SemiStructured] or [KeepDense] "
                + "on a class or its members, and make the class partial.");
        }

        var found = SiteWalk.Collect(root);
        if (found.Count == 0)
        {
            throw new InvalidOperationException(
                $"The attributes in {root.GetName()} reach no weight: rules of a class or container are for linear, bilinear and convolution "
                + "layers that are registered below (is RegisterComponents() called at the end of each constructor?).");
        }

        return [.. found.Select(weight => new PruneTask(weight, rule, root))];
    }
}
