using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Trains students.</summary>
public static class Training
{
    /// <summary>Trains the student of a pair, and the learned maps between the two, on the terms of its generated <c>Compute</c>.</summary>
    /// <remarks>
    /// Where it is not known yet which maps there must be, <paramref name="compute"/> is called once with the first batch, in eval mode and without gradients; torch's generator
    /// is afterwards as it was, and that batch is still the first one that is learned from.
    /// </remarks>
    /// <inheritdoc cref="DistillationTrainer.Train"/>
    /// <param name="distillation">The pair.</param>
    /// <param name="batches">The batches; read again from the start as often as the steps need.</param>
    /// <param name="compute">The terms of a batch: <c>batch => distillation.Compute(batch.Input, batch.Labels)</c>.</param>
    /// <param name="options">How to train.</param>
    /// <param name="afterStep">Called after every change of the weights, when the student's masks are back in place.</param>
    /// <param name="progress">Told every <see cref="DistillationOptions.ReportEvery"/> steps and after the last one, on this thread.</param>
    /// <param name="cancellationToken">Stops the training after the step that is under way; the student keeps what it learned.</param>
    public static DistillReport Train<TBatch>(
        this Distillation distillation,
        IEnumerable<TBatch> batches,
        Func<TBatch, DistillationTerms> compute,
        DistillationOptions options,
        Action? afterStep = null,
        IProgress<DistillationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(distillation);
        var report = Train(distillation.Student, distillation.Projections, batches, compute, options, afterStep, progress, cancellationToken);
        return report with { Teacher = distillation.Teacher.GetName() };
    }

    /// <summary>Trains a module on the labels alone, without a teacher.</summary>
    /// <inheritdoc cref="DistillationTrainer.Train"/>
    /// <param name="student">The module to train; somewhere in it a parameter that asks for a gradient.</param>
    /// <param name="batches">The batches; read again from the start as often as the steps need.</param>
    /// <param name="compute">
    /// The terms of a batch: <c>batch => DistillationTerms.FromLabels(student.call(batch.Input), batch.Labels)</c>, or
    /// <see cref="DistillationTerms.FromNextLabels"/> for a causal language model.
    /// </param>
    /// <param name="options">How to train.</param>
    /// <param name="afterStep">Called after every change of the weights, when the student's masks are back in place.</param>
    /// <param name="progress">Told every <see cref="DistillationOptions.ReportEvery"/> steps and after the last one, on this thread.</param>
    /// <param name="cancellationToken">Stops the training after the step that is under way; the student keeps what it learned.</param>
    public static DistillReport Train<TBatch>(
        this nn.Module student,
        IEnumerable<TBatch> batches,
        Func<TBatch, DistillationTerms> compute,
        DistillationOptions options,
        Action? afterStep = null,
        IProgress<DistillationProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Train(student, null, batches, compute, options, afterStep, progress, cancellationToken);

    /// <summary>The same options, with an optimizer that also prunes the student as its <c>[Gradual]</c> attributes ask.</summary>
    /// <inheritdoc cref="GradualExtensions.PruneGradually"/>
    /// <param name="training">How to train; the steps of the schedules are those of the training.</param>
    /// <param name="student">The student that will be trained.</param>
    /// <param name="options">What to do otherwise than the attributes say; neither an allocation nor a journal.</param>
    /// <param name="progress">Told after every pruning what it did, rescues included.</param>
    public static DistillationOptions PruneGradually(
        this DistillationOptions training, nn.Module student, PruneOptions? options = null, IProgress<PruneResult>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(student);
        return training with { Optimizer = parameters => training.CreateOptimizer(parameters).PruneGradually(student, options, progress) };
    }

    private static DistillReport Train<TBatch>(
        nn.Module student,
        FeatureProjections? projections,
        IEnumerable<TBatch> batches,
        Func<TBatch, DistillationTerms> compute,
        DistillationOptions options,
        Action? afterStep,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        // The trainer knows nothing of pruning; here what is pruned stays zero, after the last step too.
        var run = DistillationTrainer.TrainWith(student, projections, batches, compute, options, KeepMasks, progress, cancellationToken);
        return new DistillReport(student.GetName(), null, run.Steps, run.Rows, run.Elapsed.TotalSeconds, run.Curve)
        {
            Evaluations = run.Evaluations,
            BestStep = run.BestStep,
            StoppedEarly = run.StoppedEarly,
            ResumedFrom = run.ResumedFrom,
            Precision = run.Precision,
            Notes = run.Notes,
        };

        void KeepMasks()
        {
            student.ApplyMasks();
            afterStep?.Invoke();
        }
    }
}
