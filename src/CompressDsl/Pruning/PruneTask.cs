using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One weight on its way through the engine: checked, scored, chosen from, set.</summary>
internal sealed class PruneTask
{
    private readonly FoundWeight found;
    private readonly Tensor? weight;
    private readonly WeightMask mask;
    private readonly long alreadyPruned;
    private Tensor? pruned;
    private double? threshold;
    private double seconds;

    /// <summary>Plans to prune a weight.</summary>
    /// <param name="found">The weight.</param>
    /// <param name="instead">Takes the place of its rule, unless it is kept dense.</param>
    /// <param name="root">Where the call began.</param>
    public PruneTask(FoundWeight found, SparsityRule? instead, nn.Module root)
    {
        this.found = found;
        weight = found.Weight.Parameter;
        mask = found.Mask;
        mask.Apply();
        alreadyPruned = mask.PrunedCount;
        Rule = found.Rule.IsDense || instead is null ? found.Rule : instead;
        ComparedWith = (Rule.Scope, Rule.IsSemiStructured, instead is null) switch
        {
            (Scope.Global, false, true) => (found.Anchor, Rule),
            (Scope.Global, false, false) => root,
            _ => this,
        };
    }

    /// <summary>Its name in the state dictionary.</summary>
    public string Path => found.Path;

    /// <summary>The rule to follow.</summary>
    public SparsityRule Rule { get; }

    /// <summary>Equal for the weights whose scores are compared with each other.</summary>
    public object ComparedWith { get; }

    /// <summary>Throws where the weight cannot follow its rule.</summary>
    public void Check()
    {
        if (Rule.IsDense)
        {
            return;
        }

        if (weight is null)
        {
            throw new InvalidOperationException($"'{Path}' is in compact storage, where it cannot be pruned; call Densify() on its layer first.");
        }

        if (weight.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16) || weight.dim() == 0)
        {
            throw new InvalidOperationException(
                $"'{Path}' is a tensor of type {weight.dtype} with {weight.dim()} dimensions; only weights of a real floating-point type with at "
                + "least one dimension can be pruned.");
        }

        var inputs = found.Weight.Layout(weight.shape).Inputs.Columns;
        if (Rule.IsSemiStructured && inputs % Rule.M != 0)
        {
            var below = inputs / Rule.M * Rule.M;
            throw new InvalidOperationException(
                $"'{Path}' [{string.Join(", ", weight.shape)}] has {inputs} inputs, which is not a multiple of {Rule.M}: "
                + $"[SemiStructured({Rule.N}, {Rule.M})] keeps {Rule.N} of every {Rule.M} neighbours along the input dimension. "
                + $"Make it {(below > 0 ? $"{below} or " : "")}{below + Rule.M}, choose an M that divides {inputs}, or put [KeepDense] on it (CDSL2003).");
        }
    }

    /// <summary>Computes the masks of weights that are compared with each other; a single one follows the scope of its rule.</summary>
    public static void Compute(IReadOnlyList<PruneTask> tasks)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        if (tasks[0].Rule is { Scope: Scope.Global, IsSemiStructured: false })
        {
            ComputeGlobal(tasks);
        }
        else
        {
            tasks[0].ComputeAlone();
        }

        foreach (var task in tasks)
        {
            task.pruned!.MoveToOuterDisposeScope();
        }

        tasks[0].seconds = clock.Elapsed.TotalSeconds;
    }

    /// <summary>Sets the mask.</summary>
    public void Set()
    {
        if (pruned is not null)
        {
            mask.Set(pruned);
        }
    }

    /// <summary>What happened.</summary>
    public PrunedWeight Result() => new(Path, Rule, Shape(), mask.PrunedCount, alreadyPruned, threshold, seconds);

    private static void ComputeGlobal(IReadOnlyList<PruneTask> tasks)
    {
        var device = tasks[0].weight!.device;
        var scores = cat([.. tasks.Select(task => task.Scores().flatten().to(device))]);
        var lowest = Selection.Lowest(scores.unsqueeze(0), Selection.Removed(scores.numel(), tasks[0].Rule.Sparsity)).squeeze(0);
        var threshold = Threshold(scores, lowest);
        var start = 0L;
        foreach (var task in tasks)
        {
            var length = task.weight!.numel();
            task.Choose(lowest.narrow(0, start, length).reshape(task.weight.shape).to(task.weight.device), threshold);
            start += length;
        }
    }

    private static double? Threshold(Tensor scores, Tensor lowest)
    {
        // Weights that were pruned before have the score -1 and say nothing.
        var removed = scores.masked_fill(lowest.logical_not(), -1).max().item<float>();
        return removed < 0 ? null : removed;
    }

    private void ComputeAlone()
    {
        var scores = Scores();
        var shape = weight!.shape;
        var layout = found.Weight.Layout(shape);
        if (Rule.IsSemiStructured)
        {
            var groups = Selection.Lowest(layout.Inputs.Lay(scores).reshape(-1, Rule.M), Rule.M - Rule.N);
            Choose(layout.Inputs.Gather(groups, shape), null);
        }
        else if (Rule.Scope == Scope.PerRow)
        {
            var rows = Selection.Lowest(layout.Outputs.Lay(scores), Selection.Removed(layout.Outputs.Columns, Rule.Sparsity));
            Choose(layout.Outputs.Gather(rows, shape), null);
        }
        else
        {
            var lowest = Selection.Lowest(scores.reshape(1, -1), Selection.Removed(scores.numel(), Rule.Sparsity)).reshape(shape);
            Choose(lowest, Threshold(scores, lowest));
        }
    }

    /// <summary>The scores, below all others where a weight is pruned already.</summary>
    private Tensor Scores()
    {
        var scores = Rule.Criterion switch
        {
            Criterion.Magnitude => Magnitude.Score(weight!),
            _ => throw new InvalidOperationException($"'{Path}' asks for the criterion {Rule.Criterion}, which this version does not know."),
        };
        if (scores.isnan().any().item<bool>())
        {
            throw new InvalidOperationException($"'{Path}' holds NaN, which has no place in an order from small to large; nothing was pruned.");
        }

        return mask.IsDense ? scores : scores.masked_fill_(mask.Pruned, -1);
    }

    private void Choose(Tensor lowest, double? largestRemoved)
    {
        pruned = mask.IsDense ? lowest : lowest | mask.Pruned;
        threshold = largestRemoved;
    }

    private long[] Shape() => weight?.shape ?? found.Weight.Module switch
    {
        SparseLinear layer => [layer.out_features, layer.in_features],
        _ => [],
    };
}
