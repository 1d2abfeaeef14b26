using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One weight that is pruned while the model trains: its schedule, and what its gradients have said so far.</summary>
/// <param name="found">The weight.</param>
/// <param name="rule">The rule to follow; it has a schedule.</param>
internal sealed class GradualWeight(FoundWeight found, SparsityRule rule) : IDisposable
{
    private readonly GradualSchedule schedule = rule.Gradual!;
    private Tensor? sum;
    private long steps;

    /// <summary>Its name in the state dictionary.</summary>
    public string Path => found.Path;

    /// <summary>Whether its criterion is measured in the training steps.</summary>
    public bool LooksAtSteps => rule.Criterion is Criterion.Movement or Criterion.Taylor or Criterion.Fisher;

    /// <summary>Whether the target is reached after a step.</summary>
    /// <param name="step">How many steps have been made.</param>
    public bool IsFinished(int step) => step >= schedule.End;

    /// <summary>The rule to follow after a step; null where nothing is due.</summary>
    /// <param name="step">How many steps have been made.</param>
    public SparsityRule? RuleAt(int step)
    {
        var reached = schedule.IsDue(step) ? schedule.Reached(step) : 0;
        return reached == 0 ? null
            : reached == 1 ? rule
            : rule.IsSemiStructured ? null
            : rule.At(rule.Sparsity * reached);
    }

    /// <summary>Takes down what the gradient of a step says, before the step is made.</summary>
    /// <param name="step">How many steps will have been made after it.</param>
    public void Observe(int step)
    {
        if (!LooksAtSteps || step > schedule.End || (rule.Criterion == Criterion.Taylor && RuleAt(step) is null))
        {
            return;
        }

        if (rule.Criterion == Criterion.Taylor)
        {
            // It speaks of one step: what an earlier one said is no answer to this one.
            Dispose();
        }

        if (found.Weight.Parameter is not { } weight || weight.grad is not { } gradient)
        {
            return;
        }

        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        sum ??= zeros(weight.shape, dtype: ScalarType.Float32, device: weight.device).DetachFromDisposeScope();
        steps++;
        switch (rule.Criterion)
        {
            case Criterion.Movement:
                Movement.Accumulate(sum, weight, gradient);
                break;
            case Criterion.Fisher:
                sum.add_(gradient.to(ScalarType.Float32).square());
                break;
            default:
                sum.copy_(Taylor.Score(weight, gradient.to(ScalarType.Float32)));
                break;
        }
    }

    /// <summary>The scores, from what the steps said. A new tensor.</summary>
    /// <exception cref="InvalidOperationException">The weight has had no gradient.</exception>
    public Tensor Score() => sum is null
        ? throw new InvalidOperationException(
            $"'{Path}' asks for {rule.Criterion}, which is measured in the gradients of training steps, but it has had none: does it ask for a gradient, does the "
            + "loss depend on it, and is its gradient still there when the optimizer steps?")
        : rule.Criterion == Criterion.Fisher ? Fisher.Score(found.Weight.Parameter!, sum / steps)
        : sum.clone();

    /// <summary>Writes what the gradients have said.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(sum is not null);
        writer.Write(steps);
        sum?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        Dispose();
        var hasSum = reader.ReadBoolean();
        steps = reader.ReadInt64();
        if (hasSum && found.Weight.Parameter is { } weight)
        {
            sum = zeros(weight.shape, dtype: ScalarType.Float32, device: weight.device).DetachFromDisposeScope();
            sum.Load(reader);
        }
    }

    /// <summary>Forgets the gradients.</summary>
    public void Dispose()
    {
        sum?.Dispose();
        (sum, steps) = (null, 0);
    }
}
