using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One pass over the calibration data for the scores of several groups.</summary>
/// <param name="Groups">The groups.</param>
/// <param name="Options">Data, workers, how the scores are computed.</param>
/// <param name="AfterBatch">Told after each batch; may throw to stop.</param>
internal sealed record GroupPass(IReadOnlyList<ChannelGroup> Groups, StructureOptions Options, Action<int> AfterBatch)
{
    private Calibration Data => Options.Calibration!;

    /// <summary>Calls the model on every batch, without gradients.</summary>
    /// <param name="endBatch">Called after each.</param>
    public void Forward(Action? endBatch = null)
    {
        for (var batch = 0; batch < Data.Count; batch++)
        {
            Data.Forward(batch);
            endBatch?.Invoke();
            AfterBatch(batch);
        }
    }

    /// <summary>The gradients of the loss of every batch.</summary>
    /// <param name="leaves">By what the loss is differentiated. What does not ask for gradients does so meanwhile.</param>
    /// <param name="add">Gets the place of a leaf and its gradient, in float32 and in the current dispose scope.</param>
    /// <param name="nameOf">What a leaf is called in an error.</param>
    /// <returns>How many batches all workers have together.</returns>
    /// <exception cref="InvalidOperationException">A loss is not one finite number, or does not depend on a leaf.</exception>
    public long Differentiate(Tensor[] leaves, Action<int, Tensor> add, Func<int, string> nameOf)
    {
        using var gradients = enable_grad();
        var frozen = leaves.Where(static leaf => !leaf.requires_grad).ToArray();
        Array.ForEach(frozen, static leaf => leaf.requires_grad_(true));
        try
        {
            for (var batch = 0; batch < Data.Count; batch++)
            {
                using var scope = NewDisposeScope();
                var of = autograd.grad([RequireFinite(Data.Loss(batch), batch)], leaves, allow_unused: true);
                using var gradientsOff = no_grad();
                for (var i = 0; i < leaves.Length; i++)
                {
                    add(i, of[i] is { IsInvalid: false } gradient
                        ? gradient.to(ScalarType.Float32)
                        : throw new InvalidOperationException(
                            $"The loss of calibration batch {batch} does not depend on {nameOf(i)}, so it has no score by gradients; choose another criterion."));
                }

                AfterBatch(batch);
            }
        }
        finally
        {
            Array.ForEach(frozen, static leaf => leaf.requires_grad_(false));
        }

        return Options.Workers.Sum((long)Data.Count);
    }

    private static Tensor RequireFinite(Tensor loss, int batch)
    {
        if (loss.numel() != 1)
        {
            throw new InvalidOperationException(
                $"The loss of a calibration batch must be one number; that of batch {batch} is [{string.Join(", ", loss.shape)}]. Take its mean.");
        }

        var value = loss.to(ScalarType.Float64).item<double>();
        return double.IsFinite(value)
            ? loss
            : throw new InvalidOperationException($"The loss of calibration batch {batch} is {value}; it must be a finite number.");
    }
}
