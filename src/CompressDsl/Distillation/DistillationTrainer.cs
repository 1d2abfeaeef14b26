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
    /// <para>A training that was stopped goes on where <see cref="DistillationOptions.Checkpoint"/> says; one that was finished returns what it returned.</para>
    /// </remarks>
    /// <typeparam name="TBatch">Whatever <paramref name="compute"/> understands.</typeparam>
    /// <param name="student">The module to train; somewhere in it a parameter that asks for a gradient.</param>
    /// <param name="batches">The batches; read again from the start as often as the steps need.</param>
    /// <param name="compute">The terms of a batch; Total must hang on the student's parameters.</param>
    /// <param name="options">How to train.</param>
    /// <param name="afterStep">Called after every change of the weights, with no gradient recorded: where masks are put back.</param>
    /// <param name="progress">Told every <see cref="DistillationOptions.ReportEvery"/> steps and after the last one, on this thread.</param>
    /// <param name="cancellationToken">
    /// Stops the training after the step that is under way: the student keeps what it learned, in a valid state, a checkpoint is written where there is one, and
    /// <see cref="OperationCanceledException"/> is thrown. With several workers, one that is cancelled stops all.
    /// </param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">An option is out of range, the student has nothing to train, or there are no batches.</exception>
    /// <exception cref="InvalidOperationException">
    /// The loss does not depend on the student, or is no longer a finite number; or the checkpoint is of a training with other options.
    /// </exception>
    /// <exception cref="NotSupportedException">There is a checkpoint, and the optimizer has no state that can be saved.</exception>
    public static DistillationRun Train<TBatch>(
        nn.Module student,
        IEnumerable<TBatch> batches,
        Func<TBatch, DistillationTerms> compute,
        DistillationOptions options,
        Action? afterStep = null,
        IProgress<DistillationProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => TrainWith(student, null, batches, compute, options, afterStep, progress, cancellationToken);

    /// <summary>As <see cref="Train"/>, and trains learned maps with the student.</summary>
    internal static DistillationRun TrainWith<TBatch>(
        nn.Module student,
        FeatureProjections? projections,
        IEnumerable<TBatch> batches,
        Func<TBatch, DistillationTerms> compute,
        DistillationOptions options,
        Action? afterStep,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (!student.parameters().Any(static parameter => parameter.requires_grad))
        {
            throw new ArgumentException("The student has no parameter that asks for a gradient: there is nothing to train.", nameof(student));
        }

        using var memory = new TrainingMemory(options.Checkpoint, options.Workers);
        using var mode = new TrainingMode(student, training: true);
        var random = new TrainingRandom(options, memory.Record);
        using var source = new Epochs<TBatch>(batches, memory.IsOn);
        if (projections is { AreKnown: false })
        {
            MakeProjections(student, source.Peek(), compute);
        }

        using var loop = new TrainingLoop(student, projections, options, memory, random, afterStep, progress);
        return loop.Run(source, compute, cancellationToken);
    }

    /// <summary>Computes the terms of a batch once, for the learned maps that this makes; nothing else is another for it.</summary>
    private static void MakeProjections<TBatch>(nn.Module student, TBatch batch, Func<TBatch, DistillationTerms> compute)
    {
        // In eval mode no running mean moves, and what the maps' first weights are drawn with is drawn again.
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        using var mode = new TrainingMode(student, training: false);
        var random = RandomState.Get();
        compute(batch).Dispose();
        RandomState.Set(random);
    }
}
