using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Sums the losses on their device, in float64, and reads them only when somebody asks.</summary>
internal sealed class DistillationMeter(IWorkers workers, int steps) : IDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<DistillationPoint> _curve = [];
    private Tensor? _sums;
    private bool _hasSoft;
    private long _rows;
    private long _rowsBefore;
    private TimeSpan _before;

    /// <summary>Adds a batch: the sums over its rows of hard, soft and total.</summary>
    public void Add(DistillationTerms terms)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _hasSoft |= terms.Soft is not null;
        var batch = stack([Value(terms.Hard), Value(terms.Soft ?? terms.Hard.new_zeros(1)), Value(terms.Total)]) * terms.Count;
        _sums ??= zeros_like(batch).DetachFromDisposeScope();
        _sums.add_(batch);

        static Tensor Value(Tensor term) => term.detach().reshape([]).to(ScalarType.Float64);
    }

    /// <summary>Adds the rows of a step, counted over all workers.</summary>
    public void AddRows(long count) => _rows += count;

    /// <summary>Reads the sums (this waits for the device), appends their means to the curve, and starts anew.</summary>
    public DistillationProgress Read(int step, double learningRate)
    {
        using var scope = NewDisposeScope();
        workers.Sum(_sums!);
        var values = _sums!.cpu().data<double>().ToArray();
        _sums.zero_();

        var newRows = _rows - _rowsBefore;
        var mean = 1.0 / Math.Max(1, newRows);
        var point = new DistillationPoint(step, values[0] * mean, _hasSoft ? values[1] * mean : null, values[2] * mean);
        _curve.Add(point);

        var elapsed = _watch.Elapsed;
        var progress = new DistillationProgress(
            point, steps, learningRate, newRows / (elapsed - _before).TotalSeconds, elapsed, elapsed / step * (steps - step));
        (_rowsBefore, _before) = (_rows, elapsed);
        return progress;
    }

    public DistillationRun Finish() => new(steps, _rows, _watch.Elapsed, _curve);

    public void Dispose() => _sums?.Dispose();
}
