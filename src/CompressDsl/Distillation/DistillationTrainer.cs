using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Trains a student: batches, terms, gradients, step.</summary>
public static class DistillationTrainer
{
    /// <summary>
    /// Trains <paramref name="student"/> on the terms that <paramref name="compute"/> returns: those of a generated <c>Compute</c>, or
    /// <see cref="DistillationTerms.FromLabels"/> to learn without a teacher.
    /// </summary>
    /// <remarks>
    /// <para>The student is in training mode meanwhile, and all its modules in the mode they had before when this returns or throws; its gradients
    /// are empty then. Parameters that ask for no gradient stay as they are.</para>
    /// <para>What <paramref name="compute"/> makes is disposed after it. What <paramref name="batches"/> makes belongs to it: make the tensors in
    /// <paramref name="compute"/>, or open a dispose scope around the <c>yield</c>.</para>
    /// <para>A step without a single row that counts changes nothing.</para>
    /// </remarks>
    /// <typeparam name="TBatch">Whatever <paramref name="compute"/> understands.</typeparam>
    /// <param name="student">The module to train; somewhere in it a parameter that asks for a gradient.</param>
    /// <param name="batches">The batches; read again from the start as often as the steps need.</param>
    /// <param name="compute">The terms of a batch; Total must hang on the student's parameters.</param>
    /// <param name="options">How to train.</param>
    /// <param name="afterStep">Called after every change of the weights, with no gradient recorded: where masks are put back.</param>
    /// <param name="progress">Told every <see cref="DistillationOptions.ReportEvery"/> steps and after the last one, on this thread.</param>
    /// <param name="cancellationToken">
    /// Stops the training after the step that is under way: the student keeps what it learned, in a valid state, and
    /// <see cref="OperationCanceledException"/> is thrown. With several workers, one that is cancelled stops all.
    /// </param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">An option is out of range, the student has nothing to train, or there are no batches.</exception>
    /// <exception cref="InvalidOperationException">The loss does not depend on the student, or is no longer a finite number.</exception>
    public static DistillationRun Train<TBatch>(
        nn.Module student,
        IEnumerable<TBatch> batches,
        Func<TBatch, DistillationTerms> compute,
        DistillationOptions options,
        Action? afterStep = null,
        IProgress<DistillationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();

        var parameters = student.parameters().Where(p => p.requires_grad).ToArray();
        if (parameters.Length == 0)
        {
            throw new ArgumentException("The student has no parameter that asks for a gradient: there is nothing to train.", nameof(student));
        }

        if (options.Seed is { } seed)
        {
            manual_seed(seed);
        }

        using var mode = new TrainingMode(student, training: true);
        using var optimizer = options.CreateOptimizer(parameters);
        using var source = new Epochs<TBatch>(batches);
        using var meter = new DistillationMeter(options.Workers, options.Steps);
        using var window = new GradientWindow(parameters, options.AccumulationSteps, options.Workers);
        window.Clear();
        for (var step = 1; step <= options.Steps; step++)
        {
            ThrowIfCancelled(step - 1);

            for (var i = 0; i < options.AccumulationSteps; i++)
            {
                AddGradients(source.Next());
            }

            var (rows, places) = window.Close(options.GradientClip);
            meter.AddRows(rows, places);

            var rate = SetRate(optimizer, options.RateShare(step));
            if (rows + places > 0)
            {
                Update();
            }

            if (step % options.ReportEvery == 0 || step == options.Steps)
            {
                Report(meter.Read(step, rate));
            }
        }

        return meter.Finish();

        void AddGradients(TBatch batch)
        {
            using var scope = NewDisposeScope();
            using var terms = compute(batch);
            if (!terms.Total.requires_grad)
            {
                throw new InvalidOperationException(
                    "The loss does not depend on any parameter of the student. Was the student called under no_grad?");
            }

            window.Add(terms);
            meter.Add(terms);
        }

        void Update()
        {
            optimizer.step();
            window.Clear();

            using var scope = NewDisposeScope();
            using var _ = no_grad();
            afterStep?.Invoke();
        }

        void Report(DistillationProgress news)
        {
            progress?.Report(news);
            if (!double.IsFinite(news.Point.Total))
            {
                throw new InvalidOperationException(
                    $"The loss is {news.Point.Total} at step {news.Step} ({string.Join(", ", news.Point.Terms.Select(static term => $"{term.Name} {term.Value}"))}): " +
                    "the training has diverged. " +
                    $"Lower LearningRate ({options.LearningRate}), raise WarmupSteps ({options.WarmupSteps}), or set GradientClip.");
            }
        }

        void ThrowIfCancelled(int done)
        {
            // Asked of all workers together: they stop after the same step.
            if (options.Workers.Sum(cancellationToken.IsCancellationRequested ? 1L : 0L) > 0)
            {
                throw new OperationCanceledException($"The training was cancelled after {done} of {options.Steps} steps.", cancellationToken);
            }
        }
    }

    private static double SetRate(optim.Optimizer optimizer, double share)
    {
        var first = double.NaN;
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = group.InitialLearningRate * share;
            if (double.IsNaN(first))
            {
                first = group.LearningRate;
            }
        }

        return first;
    }
}
