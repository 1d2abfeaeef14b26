using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>How active the channels of a group are in one place of the model, summed over the batches in float64.</summary>
internal sealed class ActivationSums : IDisposable
{
    private readonly ChannelGroup group;
    private readonly GroupSlice slice;
    private readonly ActivationMean mean;
    private readonly IDisposable hook;
    private Tensor? sums;

    /// <summary>Watches a place until <see cref="Finish"/> or disposal.</summary>
    /// <param name="group">The group.</param>
    /// <param name="slice">Says which channel belongs to which unit.</param>
    /// <param name="mean">Over what |activation| is averaged.</param>
    /// <param name="watch">Sets the hook that adds to this.</param>
    public ActivationSums(ChannelGroup group, GroupSlice slice, ActivationMean mean, Func<ActivationSums, IDisposable> watch)
    {
        (this.group, this.slice, this.mean) = (group, slice, mean);
        hook = watch(this);
    }

    /// <summary>Adds what a normalisation over the last dimension gives.</summary>
    public void AddOutput(object? result)
    {
        var output = ForwardSite.FirstTensor(result);
        Add(
            output?.shape[^1] == slice.Units.Length ? output : throw new InvalidOperationException(
                $"A {slice.Owner.GetName()} of '{group.Name}' gave [{string.Join(", ", output?.shape ?? [])}]; {slice.Units.Length} channels were expected in the last dimension."),
            (int)output.dim() - 1);
    }

    /// <summary>Adds one call.</summary>
    /// <param name="activations">[sequences, positions..., channels, positions...]; with two dimensions or fewer, one sequence.</param>
    /// <param name="dim">The dimension of the channels.</param>
    public void Add(Tensor activations, int dim)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var channels = activations.shape[dim];
        var sequences = dim > 0 && activations.dim() > 2 ? activations.shape[0] : 1;
        var sizes = activations.detach().movedim([dim], [-1]).reshape([sequences, -1, channels]).abs();
        var added = mean == ActivationMean.PerSequence
            ? sizes.mean([1], type: ScalarType.Float64).square().sum(dim: 0)
            : sizes.mean([0, 1], type: ScalarType.Float64);
        if (sums is null)
        {
            sums = added.DetachFromDisposeScope();
        }
        else
        {
            sums.add_(added);
        }
    }

    /// <summary>Takes the hook off, sums over the workers, and gives one score a unit.</summary>
    /// <exception cref="InvalidOperationException">The place was never reached.</exception>
    public double[] Finish(IWorkers workers)
    {
        hook.Dispose();
        if (sums is null)
        {
            throw new InvalidOperationException(
                $"A {slice.Owner.GetName()} of '{group.Name}' was not called on any calibration batch, so nothing is known of its activations. Is it entered through "
                + "`forward` instead of `call` (CDSL4001), or not used at all?");
        }

        workers.Sum(sums);
        var scores = SliceRows.Sum(group, slice.Units, SliceRows.Numbers(sums));
        return mean == ActivationMean.PerSequence ? [.. scores.Select(Math.Sqrt)] : scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        hook.Dispose();
        sums?.Dispose();
    }
}
