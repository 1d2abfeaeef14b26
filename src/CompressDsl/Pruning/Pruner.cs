using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Prunes annotated models: finds the weights, scores them, chooses those that go, and sets the masks.</summary>
public static class Pruner
{
    /// <summary>Does what the attributes at and below <paramref name="root"/> ask for.</summary>
    /// <remarks>
    /// <para>Criteria that look at the inputs of layers prune block by block: the inputs of a block come from the pruned blocks before it. An error or a
    /// cancellation leaves the model as it was before the stage under way, with the stages before it pruned; give a <see cref="PruneOptions.Journal"/> and a fresh
    /// model to go on from there. Without such criteria all masks are computed before the first is set, and a stopped call changes nothing.</para>
    /// <para>What is pruned already stays pruned and is counted. <see cref="Scope.Global"/> compares all weights with an equal rule whose attribute stands on
    /// the same module: on its class, or on members of its class. The model is in eval mode meanwhile.</para>
    /// </remarks>
    /// <param name="root">An annotated module, or one that has annotated modules below.</param>
    /// <param name="options">What to do otherwise than the attributes say, and what to work with.</param>
    /// <param name="progress">Told after each weight and each calibration batch.</param>
    /// <param name="cancellationToken">Heard between two weights and between two batches.</param>
    /// <exception cref="InvalidOperationException">Nothing is annotated; a weight cannot follow its rule, holds NaN, is in compact storage, or lacks the data
    /// that its criterion looks at; the blocks of the model are no chain.</exception>
    public static PruneResult Run(
        nn.Module root, PruneOptions? options = null, IProgress<PruneProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        options ??= new();
        Check(options);
        var clock = Stopwatch.StartNew();
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        using var evaluation = options.Calibration is null ? null : new TrainingMode(root, training: false);
        var structure = StructurePruner.IsAsked(root, options.ForStructure)
            ? StructurePruner.Run(root, options.ForStructure, name => Tell(name, progress, cancellationToken))
            : [];
        var tasks = options.Targets.HasFlag(PruneTargets.Weights) ? Plan(root, options, mayBeNone: structure.Count > 0) : [];
        tasks.ForEach(task => task.Check(options));
        var run = new PruneRun(root, tasks, options, progress, cancellationToken);
        try
        {
            run.Execute();
        }
        finally
        {
            run.Release();
        }

        return new([.. tasks.Select(static task => task.Result())], clock.Elapsed.TotalSeconds) { Structures = structure };
    }

    private static void Tell(string name, IProgress<PruneProgress>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new(0, 0, name));
    }

    private static void Check(PruneOptions options)
    {
        if (!(options.Damping > 0 && options.Damping <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Damping, "Damping is a fraction of the mean diagonal of a Hessian: in (0, 1], for example 0.01.");
        }

        if (!(options.StructureShare > 0 && options.StructureShare <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.StructureShare, "StructureShare is how much of what the structure attributes ask for goes now: in (0, 1], for example 0.2.");
        }

        if (options.Structure?.GroupBy(static rule => rule.Kind).FirstOrDefault(static alike => alike.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Structure has several rules for {twice.Key}: {string.Join(", ", twice)}; one for each kind is right.", nameof(options));
        }

        if (options.BlockSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.BlockSize, "BlockSize is a number of columns: at least 1, for example 128.");
        }

        if (options.Allocation is OwlAllocation && options.Calibration is null)
        {
            throw new InvalidOperationException("OWL weighs activations, so it looks at data: set PruneOptions.Calibration.");
        }
    }

    private static List<PruneTask> Plan(nn.Module root, PruneOptions options, bool mayBeNone)
    {
        if (!SiteWalk.IsAnnotated(root))
        {
            throw new InvalidOperationException(
                $"Nothing in {root.GetName()} is annotated, so there is nothing to prune: put one of [Sparsity], [SemiStructured], [BlockSparsity], [KeepDense], "
                + "[PruneHeads], [PruneChannels], [PruneLayers] and [PruneHidden] on a class or its members, and make the class partial.");
        }

        var found = SiteWalk.Collect(root);
        if (found.Count == 0 && !mayBeNone)
        {
            throw new InvalidOperationException(
                $"The attributes in {root.GetName()} reach no weight: rules of a class or container are for linear, bilinear and convolution "
                + "layers that are registered below (is RegisterComponents() called at the end of each constructor?).");
        }

        return [.. found.Select(weight => new PruneTask(weight, options, root))];
    }
}
