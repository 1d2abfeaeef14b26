using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score that a slice gives to a unit: the sum of |w * g| over its weights, or of |sum of w * g| over its indices, g the gradient of the mean loss over the
/// calibration batches.
/// </summary>
/// <remarks>Paper: Molchanov et al., Importance Estimation for Neural Network Pruning, arXiv 1906.10771.</remarks>
internal static class GroupTaylor
{
    /// <summary>For every group, for every slice that counts, the scores of all units.</summary>
    public static IReadOnlyList<IReadOnlyList<double[]>> Score(GroupPass pass) =>
        SliceGradients.Score(pass, static gradient => gradient, rows => Sum(rows[0].mul(rows[1]), pass.Options.Scoring.SumFirst));

    private static Tensor Sum(Tensor changes, bool first) =>
        first ? changes.sum(1, type: ScalarType.Float64).abs() : changes.abs().sum(1, type: ScalarType.Float64);
}
