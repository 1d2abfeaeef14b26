namespace CompressDsl;

/// <summary>How far a call of <see cref="Pruner.Run"/> has come.</summary>
/// <param name="Done">Weights that are done.</param>
/// <param name="Total">Weights to prune.</param>
/// <param name="Path">What is being worked on: a weight, or the place in the model whose inputs are being measured.</param>
public sealed record PruneProgress(int Done, int Total, string Path)
{
    /// <summary>How much of the work is done, in [0, 1]; calibration counts as half of it.</summary>
    public double Fraction { get; init; } = Total == 0 ? 1 : (double)Done / Total;
}
