using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The steps of one training, in order.</summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly DistillationOptions _options;
    private readonly TrainingMemory _memory;
    private readonly TrainingRandom _random;
    private readonly Action? _afterStep;
    private readonly IProgress<DistillationProgress>? _progress;
    private readonly TrainingParts _parts;
    private readonly SortedDictionary<string, string> _fingerprint;
    private readonly List<int> _resumedFrom = [];

    public TrainingLoop(
        nn.Module student,
        FeatureProjections? projections,
        DistillationOptions options,
        TrainingMemory memory,
        TrainingRandom random,
        Action? afterStep,
        IProgress<DistillationProgress>? progress)
    {
        (_options, _memory, _random, _afterStep, _progress) = (options, memory, random, afterStep, progress);
        _parts = new(student, projections, options);
        _fingerprint = TrainingFingerprint.Of(options, _parts.Optimizer, _parts.Weights);
    }

    /// <summary>Trains.</summary>
    public DistillationRun Run<TBatch>(Epochs<TBatch> source, Func<TBatch, DistillationTerms> compute, CancellationToken cancellationToken)
    {
        var done = Resume(source);
        foreach (var sink in _options.Metrics)
        {
            sink.Begin(done);
        }

        _parts.Window.Clear();
        while (done < _options.Steps && !_parts.Evaluator.HasStopped)
        {
            ThrowIfCancelled();
            Step(done + 1);
            done++;
        }

        // After the last state was written: a training that is gone on with at its end does the same.
        if (_options.EarlyStop is { RestoreBest: true } && _parts.Evaluator.RestoreBest())
        {
            AfterStep();
        }

        return new(done, _parts.Meter.Rows, _parts.Meter.Elapsed, _parts.Meter.Curve)
        {
            Evaluations = _parts.Evaluator.Points,
            BestStep = _parts.Evaluator.BestStep,
            StoppedEarly = _parts.Evaluator.HasStopped && done < _options.Steps,
            ResumedFrom = _resumedFrom,
            Precision = _options.Precision,
            Notes = _memory.Notes,
        };

        void Step(int step)
        {
            if (_memory.IsOn && _parts.Weights.IsOnCuda)
            {
                RandomState.SeedCuda(_random.CudaSeed, step);
            }

            for (var i = 0; i < _options.AccumulationSteps; i++)
            {
                AddGradients(compute, source.Next());
            }

            var (rows, places) = _parts.Window.Close(_options.GradientClip);
            _parts.Meter.AddRows(rows, places);
            var rate = _parts.SetRate(_options.RateShare(step));
            if (rows + places > 0)
            {
                Update();
            }

            var news = step % _options.ReportEvery == 0 || step == _options.Steps ? Report(step, rate) : null;
            var evaluation = _parts.Evaluator.Run(step);
            news ??= _parts.Evaluator.HasStopped ? Report(step, rate) : null;
            WriteMetrics(step, news, evaluation);
            Remember(source, step, isLast: step == _options.Steps || _parts.Evaluator.HasStopped);
        }

        void ThrowIfCancelled()
        {
            // Asked of all workers together: they stop after the same step.
            if (_options.Workers.Sum(cancellationToken.IsCancellationRequested ? 1L : 0L) > 0)
            {
                Remember(source, done, isLast: true);
                throw new OperationCanceledException($"The training was cancelled after {done} of {_options.Steps} steps.", cancellationToken);
            }
        }
    }

    public void Dispose() => _parts.Dispose();

    private int Resume<TBatch>(Epochs<TBatch> source)
    {
        if (_memory.Record is not { } record)
        {
            return 0;
        }

        TrainingFingerprint.Compare(record.Options, _fingerprint);
        source.Skip(record.Position, record.PassRandom);
        _memory.Read(_parts);
        _resumedFrom.AddRange([.. record.ResumedFrom, record.Step]);
        RandomState.Set(record.Random);
        return record.Step;
    }

    private void AddGradients<TBatch>(Func<TBatch, DistillationTerms> compute, TBatch batch)
    {
        using var scope = NewDisposeScope();
        using var terms = compute(batch);
        if (!terms.Total.requires_grad)
        {
            throw new InvalidOperationException("The loss does not depend on any parameter of the student. Was the student called under no_grad?");
        }

        _parts.Window.Add(terms);
        _parts.Meter.Add(terms);
    }

    private void Update()
    {
        _parts.Optimizer.step();
        _parts.Window.Clear();
        _parts.Weights.RoundMasters();
        AfterStep();
    }

    private void AfterStep()
    {
        if (_afterStep is not null)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            _afterStep();
            _parts.Weights.FollowParameters();
        }
    }

    private DistillationProgress Report(int step, double rate)
    {
        var news = _parts.Meter.Read(step, rate);
        _progress?.Report(news);
        return double.IsFinite(news.Point.Total)
            ? news
            : throw new InvalidOperationException(
                $"The loss is {news.Point.Total} at step {news.Step} ({string.Join(", ", news.Point.Terms.Select(static term => $"{term.Name} {term.Value}"))}): " +
                "the training has diverged. " +
                $"Lower LearningRate ({_options.LearningRate}), raise WarmupSteps ({_options.WarmupSteps}), or set GradientClip.");
    }

    private void WriteMetrics(int step, DistillationProgress? news, EvaluationPoint? evaluation)
    {
        if (news is not null || evaluation is not null)
        {
            foreach (var sink in _options.Metrics)
            {
                sink.Write(new(step, news, evaluation));
            }
        }
    }

    private void Remember<TBatch>(Epochs<TBatch> source, int step, bool isLast)
    {
        if (!_memory.IsDue(step, isLast))
        {
            return;
        }

        foreach (var sink in _options.Metrics)
        {
            sink.Flush();
        }

        var record = new TrainingRecord(
            TrainingRecord.CurrentFormat, step, _fingerprint, source.Position, _random.CudaSeed, _random.Start, source.PassRandom, RandomState.Get(), _parts.Meter.State,
            _parts.Evaluator.State, _resumedFrom);
        _memory.Write(record, _parts);
    }
}
