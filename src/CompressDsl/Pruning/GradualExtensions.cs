using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Pruning while a model trains.</summary>
public static class GradualExtensions
{
    /// <summary>The same optimizer, whose steps prune the model as its <c>[Gradual]</c> attributes ask, and keep all its masks.</summary>
    /// <remarks>
    /// <para>After every <see cref="GradualSchedule.Every"/> steps of a schedule, each weight is pruned to the sparsity that is reached by then; what is pruned
    /// stays pruned. A step counts when <c>step()</c> is called. N:M has no half-way: the pattern is set when its schedule ends.</para>
    /// <para>Rules without <c>[Gradual]</c> are followed here and now, before the first step, as <see cref="Pruner.Run"/> does.</para>
    /// <para><see cref="Criterion.Movement"/>, <see cref="Criterion.Taylor"/> and <see cref="Criterion.Fisher"/> look at the gradients of the training steps, as
    /// they are when <c>step()</c> is called: Movement and Fisher at those of all steps so far, Taylor at those of the step that prunes. Criteria that
    /// look at inputs calibrate anew each time and need <see cref="PruneOptions.Calibration"/>.</para>
    /// </remarks>
    /// <param name="optimizer">The optimizer; the new one takes it over.</param>
    /// <param name="model">An annotated module, or one that has annotated modules below.</param>
    /// <param name="options">What to do otherwise than the attributes say; neither an allocation nor a journal.</param>
    /// <param name="progress">Told after every pruning what it did, rescues included.</param>
    /// <exception cref="InvalidOperationException">No rule has a schedule, or a weight cannot follow its rule.</exception>
    /// <exception cref="ArgumentException">The options have an allocation or a journal.</exception>
    public static GradualOptimizer PruneGradually(
        this optim.Optimizer optimizer, nn.Module model, PruneOptions? options = null, IProgress<PruneResult>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        if (options.Allocation != Allocation.Uniform)
        {
            throw new ArgumentException("The schedules share the sparsity out over time, so PruneOptions.Allocation must be Uniform.", nameof(options));
        }

        if (options.Journal is not null)
        {
            throw new ArgumentException("A training is written down by DistillationOptions.Checkpoint, so PruneOptions.Journal must be null.", nameof(options));
        }

        return new(optimizer, model, options, progress);
    }
}
