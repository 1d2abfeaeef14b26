using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The gradients of the calibration loss, for the criteria that look at them.</summary>
internal static class GradientPass
{
    /// <summary>For each of the weights the mean over the batches of its gradient, or of its squared gradient, in float32.</summary>
    /// <param name="tasks">The weights.</param>
    /// <param name="calibration">Batches with a loss.</param>
    /// <param name="workers">Whom the sums go through.</param>
    /// <param name="afterBatch">Told after each batch; may throw to stop.</param>
    /// <returns>Tensors in the current dispose scope, in the order of the weights.</returns>
    /// <exception cref="InvalidOperationException">A loss is not finite, or does not depend on a weight.</exception>
    public static List<Tensor> Run(IReadOnlyList<PruneTask> tasks, Calibration calibration, IWorkers workers, Action<int> afterBatch)
    {
        using var gradients = enable_grad();
        var weights = tasks.Select(static task => task.Weight).ToArray();
        var sums = weights.Select(static weight => zeros(weight.shape, ScalarType.Float32, weight.device)).ToList();
        var frozen = weights.Where(static weight => !weight.requires_grad).ToArray();
        Array.ForEach(frozen, static weight => weight.requires_grad_(true));
        try
        {
            for (var batch = 0; batch < calibration.Count; batch++)
            {
                using var scope = NewDisposeScope();
                var loss = calibration.Loss(batch);
                if (loss.numel() != 1)
                {
                    throw new InvalidOperationException($"The loss of a calibration batch must be one number; that of batch {batch} is [{string.Join(", ", loss.shape)}]. Take its mean.");
                }

                var value = loss.to(ScalarType.Float64).item<double>();
                if (!double.IsFinite(value))
                {
                    throw new InvalidOperationException($"The loss of calibration batch {batch} is {value}; it must be a finite number.");
                }

                var of = autograd.grad([loss], weights, allow_unused: true);
                for (var i = 0; i < weights.Length; i++)
                {
                    if (of[i] is not { IsInvalid: false } gradient)
                    {
                        throw new InvalidOperationException(
                            $"The loss of calibration batch {batch} does not depend on '{tasks[i].Path}', so {tasks[i].Rule.Criterion} has no score for it; "
                            + "put [KeepDense] on it or choose another criterion.");
                    }

                    using var gradientsOff = no_grad();
                    gradient = gradient.to(ScalarType.Float32);
                    sums[i].add_(tasks[i].Rule.Criterion == Criterion.Fisher ? gradient.square() : gradient);
                }

                afterBatch(batch);
            }
        }
        finally
        {
            Array.ForEach(frozen, static weight => weight.requires_grad_(false));
        }

        using var off = no_grad();
        var batches = workers.Sum((long)calibration.Count);
        foreach (var sum in sums)
        {
            workers.Sum(sum);
            sum.div_(batches);
        }

        return sums;
    }
}
