using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What the inputs of one weight are measured for, over all calibration batches.</summary>
internal sealed class LayerStatistics : IDisposable
{
    private readonly List<IDisposable> hooks = [];

    /// <summary>Watches every layer that uses the weight, until <see cref="Finish"/>.</summary>
    public LayerStatistics(PruneTask task, bool norms, bool hessian)
    {
        var weight = task.Weight;
        Norms = norms ? new(task.Layout.Columns, weight.device) : null;
        Hessian = hessian ? new(task.Layout.Columns, weight.device) : null;
        Path = task.Path;
        hooks.AddRange(task.Users.Select(user => LayerInputs.Watch(user, Add)));
    }

    /// <summary>The norms of the columns of the input; null where nobody needs them.</summary>
    public ActivationNorms? Norms { get; }

    /// <summary>The second moments of the input; null where nobody needs them.</summary>
    public Hessian? Hessian { get; }

    private string Path { get; }

    private bool HasSeen { get; set; }

    /// <summary>Takes the hooks off and sums over the workers.</summary>
    /// <exception cref="InvalidOperationException">The layer was never called.</exception>
    public void Finish(IWorkers workers)
    {
        Unhook();
        if (!HasSeen)
        {
            throw new InvalidOperationException(
                $"The layer of '{Path}' was not called on any calibration batch, so nothing is known of its inputs. Is it entered through `forward` instead of "
                + "`call` (CDSL4001), or not used at all? Then put [KeepDense] on it.");
        }

        Norms?.Sum(workers);
        Hessian?.Sum(workers);
        if (Norms is not null && !Norms.MeanSquares.isfinite().all().item<bool>())
        {
            throw new InvalidOperationException($"The inputs of the layer of '{Path}' hold NaN or infinity on the calibration data; every batch must be finite numbers.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unhook();
        Norms?.Dispose();
        Hessian?.Dispose();
    }

    private void Add(Tensor rows, long samples)
    {
        HasSeen = true;
        Norms?.Add(rows, samples);
        Hessian?.Add(rows, samples);
    }

    private void Unhook()
    {
        hooks.ForEach(static hook => hook.Dispose());
        hooks.Clear();
    }
}
