using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The score that a slice gives to a unit: the sum of |w|^p over its weights, or the sum of its distances to the other channels.</summary>
/// <remarks>
/// Papers: Li et al., Pruning Filters for Efficient ConvNets, arXiv 1608.08710; Fang et al., DepGraph, arXiv 2301.12900; He et al., Filter Pruning via
/// Geometric Median, arXiv 1811.00250.
/// </remarks>
internal static class GroupMagnitude
{
    /// <summary>For every slice that counts the scores of all units.</summary>
    public static IReadOnlyList<double[]> Score(ChannelGroup group, GroupScoring scoring)
    {
        return [.. SliceRows.Counted(group, scoring).Select(slice => SliceRows.Sum(group, slice, Measure, SliceRows.Read(slice)))];

        Tensor Measure(Tensor[] rows)
        {
            var powers = rows[0].abs().pow(scoring.Norm);
            return scoring.GeometricMedian ? Distances(powers) : powers.sum(1, type: ScalarType.Float64);
        }
    }

    private static Tensor Distances(Tensor rows)
    {
        var exact = rows.to(ScalarType.Float64);
        return cdist(exact, exact).sum(1);
    }
}
