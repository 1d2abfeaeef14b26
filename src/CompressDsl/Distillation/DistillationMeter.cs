using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Sums the losses on their device, in float64, and reads them only when somebody asks.</summary>
internal sealed class DistillationMeter(IWorkers workers, int steps) : IDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<DistillationPoint> _curve = [];
    private (string Name, double Weight)[] _terms = [];
    private int _ofRows;
    private Tensor? _sums;
    private long _rows;
    private long _rowsBefore;
    private long _places;
    private TimeSpan _before;

    /// <summary>Adds a batch: the sums of its terms over what they are means of.</summary>
    /// <exception cref="InvalidOperationException">Its terms are not those of the batches before.</exception>
    public void Add(DistillationTerms terms)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var all = terms.Terms.ToArray();
        var features = terms.Features.Count;
        Know(all, features);

        var values = stack(Array.ConvertAll(all, static term => term.Value.detach().reshape([]).to(ScalarType.Float64)));
        values.narrow(0, 0, _ofRows).mul_(terms.Count);
        if (features > 0)
        {
            values.narrow(0, _ofRows, features).mul_(terms.FeatureCount);
        }

        _sums ??= zeros_like(values).DetachFromDisposeScope();
        _sums.add_(values);
    }

    /// <summary>Adds the rows of a step, and the places of its features, counted over all workers.</summary>
    public void AddRows(long rows, long places) => (_rows, _places) = (_rows + rows, _places + places);

    /// <summary>Reads the sums (this waits for the device), appends their means to the curve, and starts anew.</summary>
    public DistillationProgress Read(int step, double learningRate)
    {
        using var scope = NewDisposeScope();
        workers.Sum(_sums!);
        var values = _sums!.cpu().data<double>().ToArray();
        _sums.zero_();

        var newRows = _rows - _rowsBefore;
        var point = new DistillationPoint(
            step, [.. _terms.Select((term, i) => new TermValue(term.Name, values[i] / Math.Max(1, i < _ofRows ? newRows : _places), term.Weight))]);
        _curve.Add(point);

        var elapsed = _watch.Elapsed;
        var progress = new DistillationProgress(
            point, steps, learningRate, newRows / (elapsed - _before).TotalSeconds, elapsed, elapsed / step * (steps - step));
        (_rowsBefore, _places, _before) = (_rows, 0, elapsed);
        return progress;
    }

    public DistillationRun Finish() => new(steps, _rows, _watch.Elapsed, _curve);

    public void Dispose() => _sums?.Dispose();

    private void Know(DistillationTerm[] all, int features)
    {
        if (_sums is null)
        {
            (_terms, _ofRows) = (Array.ConvertAll(all, static term => (term.Name, term.Weight)), all.Length - features);
        }
        else if (!all.Select(static term => (term.Name, term.Weight)).SequenceEqual(_terms))
        {
            throw new InvalidOperationException(
                $"The terms of this batch are {Text(all.Select(static term => (term.Name, term.Weight)))}, those of the batches before {Text(_terms)}: " +
                "every batch of a training must have the same terms with the same weights.");
        }

        static string Text(IEnumerable<(string Name, double Weight)> terms) =>
            string.Join(", ", terms.Select(static term => $"{term.Name} ({term.Weight})"));
    }
}
