using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The influence of a block: 1 - the mean cosine of its input and its output over all tokens of a calibration batch, averaged over the batches. In [0, 2]; the lowest
/// go.
/// </summary>
/// <remarks>
/// Minitron's depth score is the same, summed over the batches. Papers: Men et al., ShortGPT, arXiv 2403.03853; Muralidharan et al., Minitron, arXiv 2407.14679.
/// </remarks>
internal static class BlockScorer
{
    /// <summary>The influence of every block, infinite where it must stay, and why that is so.</summary>
    /// <param name="root">The model; run in eval mode.</param>
    /// <param name="blocks">The blocks. One goes only if it takes a tensor first and gives one of the same shape, alone or first in a tuple.</param>
    /// <param name="areMasked">For every block whether it is skipped: it is not looked at, and its score is minus infinity.</param>
    /// <param name="options">Data and workers.</param>
    /// <param name="afterBatch">Told after each batch; may throw to stop.</param>
    /// <exception cref="InvalidOperationException">There is no data; a block is not called, or its arguments are not known.</exception>
    public static IReadOnlyList<(float Score, string? Obstacle)> Score(
        nn.Module root, IReadOnlyList<nn.Module> blocks, bool[] areMasked, StructureOptions options, Action<int>? afterBatch = null)
    {
        if (options.Calibration is not { } calibration)
        {
            throw new InvalidOperationException(
                $"{Criterion.BlockInfluence} looks at data: give a Calibration, for example Calibration.Of(batches, batch => model.call(batch)).");
        }

        using var gradientsOff = no_grad();
        using var evaluation = new TrainingMode(root, training: false);
        var influences = new List<BlockInfluence?>();
        try
        {
            influences.AddRange(blocks.Select((block, index) => areMasked[index] ? null : new BlockInfluence(block, index)));
            for (var batch = 0; batch < calibration.Count; batch++)
            {
                calibration.Forward(batch);
                afterBatch?.Invoke(batch);
            }

            return [.. influences.Select(influence => influence?.Finish(options.Workers) ?? (float.NegativeInfinity, null))];
        }
        finally
        {
            influences.ForEach(static influence => influence?.Dispose());
        }
    }
}
