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
    private double[] _resumed = [];
    private Tensor? _sums;
    private long _rows;
    private long _rowsBefore;
    private long _places;
    private TimeSpan _before;
    private TimeSpan _earlier;

    /// <summary>The points so far.</summary>
    public IReadOnlyList<DistillationPoint> Curve => _curve;

    /// <summary>How many rows, over all workers.</summary>
    public long Rows => _rows;

    /// <summary>The time since the start, without that between a stop and going on.</summary>
    public TimeSpan Elapsed => _earlier + _watch.Elapsed;

    /// <summary>What it remembers; this waits for the device.</summary>
    public MeterState State => new(
        _curve,
        [.. _terms.Select(static term => KeyValuePair.Create(term.Name, term.Weight))],
        _ofRows,
        _sums is null ? _resumed : ReadSums(),
        _rows,
        _rowsBefore,
        _places,
        Elapsed,
        _before);

    /// <summary>Goes on from what another one remembered.</summary>
    public void Restore(MeterState state)
    {
        _curve.AddRange(state.Curve);
        _terms = [.. state.Terms.Select(static term => (term.Key, term.Value))];
        (_ofRows, _resumed) = (state.OfRows, [.. state.Sums]);
        (_rows, _rowsBefore, _places, _earlier, _before) = (state.Rows, state.RowsBefore, state.Places, state.Elapsed, state.Before);
    }

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

        _sums ??= (_resumed.Length == 0 ? zeros_like(values) : tensor(_resumed, device: values.device)).DetachFromDisposeScope();
        _sums.add_(values);
    }

    /// <summary>Adds the rows of a step, and the places of its features, counted over all workers.</summary>
    public void AddRows(long rows, long places) => (_rows, _places) = (_rows + rows, _places + places);

    /// <summary>Reads the sums (this waits for the device), appends their means to the curve, and starts anew.</summary>
    public DistillationProgress Read(int step, double learningRate)
    {
        using var scope = NewDisposeScope();
        workers.Sum(_sums!);
        var values = ReadSums();
        _sums!.zero_();

        var newRows = _rows - _rowsBefore;
        var point = new DistillationPoint(
            step, [.. _terms.Select((term, i) => new TermValue(term.Name, values[i] / Math.Max(1, i < _ofRows ? newRows : _places), term.Weight))]);
        _curve.Add(point);

        var elapsed = Elapsed;
        var progress = new DistillationProgress(
            point, steps, learningRate, newRows / (elapsed - _before).TotalSeconds, elapsed, elapsed / step * (steps - step));
        (_rowsBefore, _places, _before) = (_rows, 0, elapsed);
        return progress;
    }

    public void Dispose() => _sums?.Dispose();

    private double[] ReadSums()
    {
        using var scope = NewDisposeScope();
        return _sums!.cpu().data<double>().ToArray();
    }

    private void Know(DistillationTerm[] all, int features)
    {
        if (_terms.Length == 0)
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
