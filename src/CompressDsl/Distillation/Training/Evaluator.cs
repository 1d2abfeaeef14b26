using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Evaluates, remembers the best weights, and says when to stop.</summary>
/// <param name="student">What is evaluated.</param>
/// <param name="weights">Its weights.</param>
/// <param name="options">When and what.</param>
internal sealed class Evaluator(nn.Module student, TrainedWeights weights, DistillationOptions options) : IDisposable
{
    private readonly List<EvaluationPoint> _points = [];
    private readonly Dictionary<string, Tensor> _best = [];
    private double _bestMetric;
    private int _worse;

    /// <summary>The evaluations so far.</summary>
    public IReadOnlyList<EvaluationPoint> Points => _points;

    /// <summary>The step of the best evaluation; null where nobody asks for it or none was a number.</summary>
    public int? BestStep { get; private set; }

    /// <summary>Whether the training is to stop.</summary>
    public bool HasStopped { get; private set; }

    /// <summary>What it remembers, but for the weights.</summary>
    public EvaluationState State => new(_points, BestStep, _bestMetric, _worse, HasStopped);

    /// <summary>The best weights by name; empty where nobody will ask for them.</summary>
    public IReadOnlyDictionary<string, Tensor> Best => _best;

    /// <summary>Evaluates if it is time.</summary>
    /// <returns>The metrics; null if it is not.</returns>
    public EvaluationPoint? Run(int step)
    {
        if (options.Evaluation is not { } evaluation || (step % evaluation.Every != 0 && step != options.Steps))
        {
            return null;
        }

        var random = RandomState.Get();
        var point = new EvaluationPoint(step, Measure(evaluation));
        RandomState.Set(random);
        _points.Add(point);
        if (options.EarlyStop is { } stop)
        {
            Judge(stop, point);
        }

        return point;
    }

    /// <summary>Gives the student the best weights, if they are wanted.</summary>
    /// <returns>Whether it has others now.</returns>
    public bool RestoreBest()
    {
        using var _ = no_grad();
        foreach (var (name, tensor) in Kept())
        {
            if (_best.TryGetValue(name, out var best))
            {
                tensor.copy_(best);
            }
        }

        weights.RoundMasters();
        return _best.Count > 0;
    }

    /// <summary>Remembers what another one remembered.</summary>
    public void Restore(EvaluationState state, IReadOnlyDictionary<string, Tensor> best)
    {
        _points.AddRange(state.Points);
        (BestStep, _bestMetric, _worse, HasStopped) = (state.BestStep, state.Best, state.Worse, state.HasStopped);
        if (best.Count > 0)
        {
            Keep(best);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _best.Values)
        {
            tensor.Dispose();
        }

        _best.Clear();
    }

    private IReadOnlyDictionary<string, double> Measure(Evaluation evaluation)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var mode = new TrainingMode(student, training: false);
        var own = evaluation.Measure();
        if (options.Workers.Count == 1)
        {
            return own.ToDictionary();
        }

        // All workers must decide the same.
        var names = own.Keys.Order(StringComparer.Ordinal).ToArray();
        var sums = tensor(Array.ConvertAll(names, name => own[name]));
        options.Workers.Sum(sums);
        return names.Zip(sums.data<double>()).ToDictionary(static pair => pair.First, pair => pair.Second / options.Workers.Count);
    }

    private void Judge(EarlyStop stop, EvaluationPoint point)
    {
        if (!point.Metrics.TryGetValue(stop.Metric, out var metric))
        {
            throw new InvalidOperationException(
                $"EarlyStop looks at '{stop.Metric}'; the evaluation at step {point.Step} gave {string.Join(", ", point.Metrics.Keys.Select(static name => $"'{name}'"))}.");
        }

        // NaN is never better.
        var gain = stop.HigherIsBetter ? metric - _bestMetric : _bestMetric - metric;
        if (BestStep is null ? !double.IsNaN(metric) : gain > stop.MinDelta)
        {
            (BestStep, _bestMetric, _worse) = (point.Step, metric, 0);
            if (stop.RestoreBest)
            {
                Keep(Kept());
            }

            return;
        }

        _worse++;
        HasStopped = _worse >= stop.Patience;
    }

    /// <summary>What makes up the weights of a moment: what is trained, and the buffers that change with it.</summary>
    private IEnumerable<KeyValuePair<string, Tensor>> Kept() => weights.All
        .Select(static weight => KeyValuePair.Create($"weight.{weight.Key}", weight.Value))
        .Concat(student.named_buffers().Select(static named => KeyValuePair.Create($"buffer.{named.name}", named.buffer)));

    private void Keep(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var _ = no_grad();
        foreach (var (name, tensor) in tensors)
        {
            if (_best.TryGetValue(name, out var old))
            {
                old.copy_(tensor);
            }
            else
            {
                _best.Add(name, tensor.detach().clone().DetachFromDisposeScope());
            }
        }
    }
}
