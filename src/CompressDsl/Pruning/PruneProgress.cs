namespace CompressDsl;

/// <summary>How far a call of <see cref="Pruner.Run"/> has come.</summary>
/// <param name="Done">Weights whose mask is computed.</param>
/// <param name="Total">Weights to prune.</param>
/// <param name="Path">The weight computed last; of those that are compared globally, the last one.</param>
public sealed record PruneProgress(int Done, int Total, string Path);
