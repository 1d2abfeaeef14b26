namespace CompressDsl;

/// <summary>Weights that are pruned together, from one pass of their inputs.</summary>
/// <param name="Name">Where in the model, for progress.</param>
/// <param name="Tasks">The weights; none where a block is only passed through.</param>
/// <param name="Prepare">Done once before the first batch.</param>
/// <param name="Forward">Calls what contains the weights, on a batch.</param>
/// <param name="Finish">Done after the weights are pruned: leads to the next stage.</param>
internal sealed record CalibrationStage(
    string Name, IReadOnlyList<PruneTask> Tasks, Action Prepare, Action<int> Forward, Action Finish);
