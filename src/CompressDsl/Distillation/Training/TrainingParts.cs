using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What changes from step to step, and how it is written and read.</summary>
internal sealed class TrainingParts : IDisposable
{
    private const string Student = "student";
    private const string Projections = "projections";
    private const string Masters = "masters";
    private const string Best = "best";
    private const string Trainer = "optimizer";

    private readonly nn.Module _student;
    private readonly FeatureProjections? _projections;
    private readonly IReadOnlyList<IHasState> _states;

    /// <param name="student">What is trained.</param>
    /// <param name="projections">What is trained with it; null for nothing.</param>
    /// <param name="options">How.</param>
    public TrainingParts(nn.Module student, FeatureProjections? projections, DistillationOptions options)
    {
        (_student, _projections, _states) = (student, projections, options.States);
        Weights = new([.. Trained(student, ""), .. Trained(projections, $"{Projections}.")], options.Precision);
        try
        {
            Optimizer = options.CreateOptimizer(Weights.Masters);
            Check(options);
        }
        catch
        {
            Optimizer?.Dispose();
            Weights.Dispose();
            throw;
        }

        Meter = new(options.Workers, options.Steps);
        Window = new(Weights, options.AccumulationSteps, options.Workers);
        Evaluator = new(student, Weights, options);
    }

    /// <summary>The weights.</summary>
    public TrainedWeights Weights { get; }

    /// <summary>The optimizer of their masters.</summary>
    public optim.Optimizer Optimizer { get; }

    /// <summary>The losses.</summary>
    public DistillationMeter Meter { get; }

    /// <summary>The gradients of a step; there are none between steps.</summary>
    public GradientWindow Window { get; }

    /// <summary>The evaluations.</summary>
    public Evaluator Evaluator { get; }

    /// <summary>Writes all that the record does not hold.</summary>
    public void Write(ITrainingWriter writer)
    {
        writer.Write(Student, _student);
        if (_projections is not null)
        {
            writer.Write(Projections, _projections);
        }

        writer.Write(Masters, Weights.OwnMasters);
        writer.Write(Best, Evaluator.Best);
        writer.Write(Trainer, stream => OptimizerState.Save(Optimizer, stream));
        for (var i = 0; i < _states.Count; i++)
        {
            writer.Write(NameOf(i), _states[i].Save);
        }
    }

    /// <summary>Becomes what was written.</summary>
    public void Read(TrainingRecord record, ITrainingReader reader)
    {
        Meter.Restore(record.Meter);
        reader.Read(Student, _student);
        if (_projections is not null)
        {
            reader.Read(Projections, _projections);
        }

        using (NewDisposeScope())
        using (no_grad())
        {
            var masters = reader.Read(Masters);
            foreach (var (name, master) in Weights.OwnMasters)
            {
                master.copy_(masters[name]);
            }

            Evaluator.Restore(record.Evaluation, reader.Read(Best));
        }

        reader.Read(Trainer, stream => OptimizerState.Restore(Optimizer, stream));
        for (var i = 0; i < _states.Count; i++)
        {
            reader.Read(NameOf(i), _states[i].Restore);
        }
    }

    /// <summary>Sets the learning rate of every group to a share of its full one.</summary>
    /// <returns>That of the first group.</returns>
    public double SetRate(double share)
    {
        var first = double.NaN;
        foreach (var group in Optimizer.ParamGroups)
        {
            group.LearningRate = group.InitialLearningRate * share;
            if (double.IsNaN(first))
            {
                first = group.LearningRate;
            }
        }

        return first;
    }

    public void Dispose()
    {
        Window.Dispose();
        Optimizer.Dispose();
        Meter.Dispose();
        Evaluator.Dispose();
        Weights.Dispose();
    }

    private static string NameOf(int state) => $"state-{state}";

    private static IEnumerable<(string Name, Parameter Parameter)> Trained(nn.Module? module, string prefix) =>
        module is null
            ? []
            : module.named_parameters().Where(static named => named.parameter.requires_grad).Select(named => (prefix + named.name, named.parameter));

    private void Check(DistillationOptions options)
    {
        if (options.Checkpoint is not null)
        {
            OptimizerState.Check(Optimizer);
        }

        if (options.Precision == TrainingPrecision.BFloat16Masters && Optimizer is not OptimizerHelper)
        {
            throw new NotSupportedException(
                $"{Optimizer.GetType().Name} may look at the student's parameters, but with Precision = {options.Precision} gradients and weights are in the masters: take "
                + $"one of TorchSharp's optimizers, or {TrainingPrecision.Float32}.");
        }
    }
}
