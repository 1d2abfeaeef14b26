using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The gradients of an accumulation window: sums over its batches while it is open, their mean over the rows of all batches and workers when it
/// closes.
/// </summary>
/// <remarks>
/// Features are means over places of their own, which are not the rows of the labels: their gradients are kept apart until both counts are known.
/// </remarks>
/// <param name="weights">What is trained.</param>
/// <param name="batches">How many batches a window has.</param>
/// <param name="workers">Who else has batches.</param>
internal sealed class GradientWindow(TrainedWeights weights, int batches, IWorkers workers) : IDisposable
{
    // Where they are summed: the parameters, or in float32 their masters.
    private readonly IReadOnlyList<Parameter> _sums = weights.Masters;
    private readonly Tensor?[] _ofFeatures = new Tensor?[weights.Masters.Count];
    private bool _areMeans;
    private long _rows;
    private long _places;

    /// <summary>Adds the gradient of a batch.</summary>
    public void Add(DistillationTerms terms)
    {
        _rows += terms.Count;
        _places += terms.FeatureCount;
        if (terms.Matched is null)
        {
            // A sum over rows, so that batches of unequal size weigh what they should.
            (terms.Objective * terms.Count).backward();
            weights.LiftGradients();
            return;
        }

        _areMeans = true;
        if (batches == 1 && workers.Count == 1)
        {
            // What the batch is a mean over is what the window is a mean over.
            terms.Total.backward();
            weights.LiftGradients();
            return;
        }

        (terms.Objective * terms.Count).backward(retain_graph: true);
        weights.LiftGradients();
        Swap();
        (terms.Matched * terms.FeatureCount).backward();
        weights.LiftGradients();
        Swap();
    }

    /// <summary>
    /// Turns the sums into means over the rows of all batches and workers, and clips them. Nothing is read from the device. The gradients are in the
    /// masters then.
    /// </summary>
    /// <returns>How many rows and places all batches of all workers had; where both are 0 there is no gradient.</returns>
    public (long Rows, long Places) Close(double? clip)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (rows, places) = (workers.Sum(_rows), workers.Sum(_places));
        (_rows, _places) = (0, 0);
        if (rows + places == 0)
        {
            return (0, 0);
        }

        var gradients = new List<Tensor>(_sums.Count);
        for (var i = 0; i < _sums.Count; i++)
        {
            if (Join(i, rows, places) is { } gradient)
            {
                gradients.Add(gradient);
            }
        }

        if (gradients.Count > 0)
        {
            using var scale = Scale(gradients, _areMeans ? 1 : rows, clip);
            foreach (var gradient in gradients)
            {
                gradient.mul_(scale);
            }
        }

        return (rows, places);
    }

    /// <summary>Forgets all gradients.</summary>
    public void Clear()
    {
        for (var i = 0; i < _sums.Count; i++)
        {
            _sums[i].grad = null;
            _ofFeatures[i]?.Dispose();
            _ofFeatures[i] = null;
        }
    }

    public void Dispose() => Clear();

    private void Swap()
    {
        for (var i = 0; i < _sums.Count; i++)
        {
            var kept = _ofFeatures[i];
            _ofFeatures[i] = _sums[i].grad?.DetachFromDisposeScope();
            _sums[i].grad = kept;
            kept?.Dispose();
        }
    }

    /// <summary>The gradient of a parameter, summed over the workers; where there are features, the mean.</summary>
    private Tensor? Join(int index, long rows, long places)
    {
        var parameter = _sums[index];
        var gradient = parameter.grad;
        if (gradient is null && workers.Count > 1)
        {
            // Another worker's batch may have used this parameter; all must take part in the sum.
            parameter.grad = gradient = zeros_like(parameter);
        }

        Sum(gradient);
        if (!_areMeans || (batches == 1 && workers.Count == 1))
        {
            return gradient;
        }

        var ofFeatures = _ofFeatures[index] ?? (workers.Count > 1 ? zeros_like(parameter) : null);
        Sum(ofFeatures);
        gradient?.mul_(1.0 / Math.Max(1, rows));
        ofFeatures?.mul_(1.0 / Math.Max(1, places));
        if (gradient is null)
        {
            return parameter.grad = ofFeatures;
        }

        return ofFeatures is null ? gradient : gradient.add_(ofFeatures);

        void Sum(Tensor? own)
        {
            if (own is not null)
            {
                workers.Sum(own);
            }
        }
    }

    private static Tensor Scale(List<Tensor> gradients, long rows, double? clip)
    {
        if (clip is not { } greatest)
        {
            return tensor(1.0 / rows, ScalarType.Float32, gradients[0].device);
        }

        var norms = gradients.Select(g => g.norm().to(ScalarType.Float32)).ToArray();
        var norm = stack(norms).norm() / rows;
        return (greatest / (norm + 1e-6)).clamp(max: 1) / rows;
    }
}
