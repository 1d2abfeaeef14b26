using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Gives every weight its score, from what its criterion looks at. The lowest go.</summary>
/// <param name="options">Seed, given scores.</param>
internal sealed class Scorer(PruneOptions options)
{
    private readonly Dictionary<PruneTask, Tensor> gradients = [];
    private readonly Dictionary<PruneTask, Tensor> meanSquares = [];

    /// <summary>The mean (squared) gradient of a weight.</summary>
    public void AddGradient(PruneTask task, Tensor gradient) => gradients[task] = gradient;

    /// <summary>The mean squares of the columns of a weight's input.</summary>
    public void AddMeanSquares(PruneTask task, Tensor squares) => meanSquares[task] = squares;

    /// <summary>
    /// The scores as a matrix [outputs, columns], float32; minus infinity where a weight is pruned already. For a criterion that solves a layer
    /// (SparseGPT, ALPS) those of Wanda: what a ranking of several layers goes by.
    /// </summary>
    /// <exception cref="InvalidOperationException">The weight or what it is scored by holds NaN.</exception>
    public Tensor Score(PruneTask task)
    {
        using var scope = NewDisposeScope();
        var scores = options.Scores?.GetValueOrDefault(task.Path) is { } given ? task.Layout.Lay(given.to(task.Weight.device)) : Own(task);
        if (scores.isnan().any().item<bool>())
        {
            throw new InvalidOperationException($"'{task.Path}' holds NaN, which has no place in an order from small to large; nothing was pruned.");
        }

        if (task.PrunedBefore is { } pruned)
        {
            scores = scores.masked_fill(task.Layout.Lay(pruned), float.NegativeInfinity);
        }

        return scores.MoveToOuterDisposeScope();
    }

    private Tensor Own(PruneTask task) => task.Rule.Criterion switch
    {
        Criterion.Magnitude => task.Layout.Lay(Magnitude.Score(task.Weight)),
        Criterion.Random => task.Layout.Lay(RandomScore.Score(task.Weight.shape, options.Seed, task.Path).to(task.Weight.device)),
        Criterion.Taylor => task.Layout.Lay(Taylor.Score(task.Weight, gradients[task])),
        Criterion.Fisher => task.Layout.Lay(Fisher.Score(task.Weight, gradients[task])),
        Criterion.Movement => throw new InvalidOperationException(
            $"'{task.Path}' asks for {nameof(Criterion.Movement)}, which is measured while the model trains: put [Gradual] beside its attribute and train with optimizer.PruneGradually(model)."),
        _ => Wanda.Score(task.Layout.Lay(task.Weight.detach()), meanSquares[task]),
    };
}
