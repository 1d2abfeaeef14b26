using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>How a student is trained.</summary>
public sealed record DistillationOptions
{
    /// <summary>How many times the weights are changed, at least 1.</summary>
    public required int Steps { get; init; }

    /// <summary>The learning rate after the warm-up, greater than 0. Default 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The decoupled weight decay of the weights with two dimensions or more, at least 0; biases and norms have none. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>For how many steps the learning rate rises in a straight line to its full value, in [0, Steps]. Default 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>How the learning rate goes on after the warm-up. Default: cosine.</summary>
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>The greatest norm of all gradients together, greater than 0; a greater one is scaled down to it. Null clips nothing. Default 1.</summary>
    public double? GradientClip { get; init; } = 1;

    /// <summary>
    /// How many batches make one step, at least 1. Their gradient is that of one big batch: the mean over the rows of all of them. Default 1.
    /// </summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Every how many steps the losses are read from the device, reported, and put into the curve, at least 1. Default 10.</summary>
    public int ReportEvery { get; init; } = 10;

    /// <summary>The seed of torch's generator, which decides what dropout drops, set before the first step; null leaves it as it is.</summary>
    public long? Seed { get; init; }

    /// <summary>
    /// Makes the optimizer for the student's trainable parameters, instead of AdamW with <see cref="LearningRate"/> and <see cref="WeightDecay"/>.
    /// Warm-up and schedule then scale the rates that it comes with. The trainer disposes it.
    /// </summary>
    public Func<IReadOnlyList<Parameter>, optim.Optimizer>? Optimizer { get; init; }

    /// <summary>Whom gradients, row counts and metrics are summed with. Every worker needs equally many batches.</summary>
    public IWorkers Workers { get; init; } = SingleWorker.Instance;

    /// <summary>In which types weights, gradients and moments are kept. Default: one set of weights, in float32 or float64.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Looks at the student now and then; null does not.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>Ends the training when <see cref="Evaluation"/> finds it gets no better, and keeps the best weights; null trains to the end.</summary>
    public EarlyStop? EarlyStop { get; init; }

    /// <summary>Where losses, learning rate, speed and evaluations are taken down, beside the report. They stay the caller's.</summary>
    public IReadOnlyList<IMetricsSink> Metrics { get; init; } = [];

    /// <summary>
    /// Where the training is written down while it runs, a <c>TrainingCheckpoint</c>; null writes nothing. What is there of a training that was stopped, even killed, is gone
    /// on with: every loss that follows is, to the bit, what it would have been. The student, the batches and these options must be made as they were then.
    /// </summary>
    /// <remarks>
    /// To the bit means: as two trainings without a stop on this machine agree. libtorch adds up in another order where memory begins at another place or the number of
    /// threads is another; tensors over arrays of .NET begin anywhere, their <c>clone()</c> does not. On a GPU kernels that add atomically do not repeat, and torch's
    /// generator there, which TorchSharp cannot read, is seeded at every step. Buffers of the student that are not persistent are not saved.
    /// </remarks>
    public ITrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>
    /// What changes beside the student while it trains and is not torch's generator: random streams of the batches or of <c>compute</c>. They are saved in the checkpoint in
    /// this order, and restored when the batches of the stopped training have been passed over.
    /// </summary>
    public IReadOnlyList<IHasState> States { get; init; } = [];

    /// <summary>The share of the full learning rate that a step has, in (0, 1].</summary>
    /// <param name="step">The step, from 1 to <see cref="Steps"/>.</param>
    internal double RateShare(int step)
    {
        if (step <= WarmupSteps)
        {
            return (double)step / WarmupSteps;
        }

        return Schedule switch
        {
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * (step - 1 - WarmupSteps) / (Steps - WarmupSteps))),
            _ => 1,
        };
    }

    internal optim.Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters)
    {
        if (Optimizer is not null)
        {
            return Optimizer(parameters);
        }

        var matrices = parameters.Where(p => p.dim() >= 2).ToArray();
        var vectors = parameters.Where(p => p.dim() < 2).ToArray();
        return optim.AdamW(
            [new AdamW.ParamGroup(matrices, LearningRate, weight_decay: WeightDecay), new AdamW.ParamGroup(vectors, LearningRate)],
            LearningRate);
    }

    internal void Check()
    {
        Require(Steps >= 1, nameof(Steps), Steps, "at least 1");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "a finite number greater than 0");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "a finite number, at least 0");
        Require(WarmupSteps >= 0 && WarmupSteps <= Steps, nameof(WarmupSteps), WarmupSteps, $"in [0, {Steps}], the number of steps");
        Require(Enum.IsDefined(Schedule), nameof(Schedule), Schedule, "Cosine or Constant");
        Require(GradientClip is null or > 0, nameof(GradientClip), GradientClip, "greater than 0, or null for no clipping");
        Require(AccumulationSteps >= 1, nameof(AccumulationSteps), AccumulationSteps, "at least 1");
        Require(ReportEvery >= 1, nameof(ReportEvery), ReportEvery, "at least 1");
        ArgumentNullException.ThrowIfNull(Workers);
        ArgumentNullException.ThrowIfNull(Metrics);
        ArgumentNullException.ThrowIfNull(States);
        Require(Enum.IsDefined(Precision), nameof(Precision), Precision, string.Join(" or ", Enum.GetNames<TrainingPrecision>()));
        Require(Evaluation is not { Every: < 1 }, nameof(Evaluation.Every), Evaluation?.Every, "at least 1");
        Require(Checkpoint is not { Every: < 1 }, nameof(Checkpoint.Every), Checkpoint?.Every, "at least 1");
        if (EarlyStop is not null)
        {
            Require(EarlyStop.Patience >= 1, nameof(EarlyStop.Patience), EarlyStop.Patience, "at least 1");
            Require(double.IsFinite(EarlyStop.MinDelta) && EarlyStop.MinDelta >= 0, nameof(EarlyStop.MinDelta), EarlyStop.MinDelta, "a finite number, at least 0");
            if (Evaluation is null)
            {
                throw new ArgumentException($"EarlyStop looks at '{EarlyStop.Metric}' of the evaluations, but Evaluation is null: say what is measured, and every how many steps.");
            }
        }
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }
}
