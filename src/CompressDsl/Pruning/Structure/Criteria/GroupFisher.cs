using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score that a slice gives to a unit: the sum of w² * f / 2 over its weights, f the mean over the calibration batches of the squared gradient.
/// </summary>
/// <remarks>
/// A batch is one sample: with several sequences in a batch their gradients are averaged before they are squared. Torch-Pruning's
/// <c>GroupHessianImportance</c> means the same, but keeps only the last sample that it is given. Paper: Theis et al., Faster gaze prediction with dense networks
/// and Fisher pruning, arXiv 1801.05787.
/// </remarks>
internal static class GroupFisher
{
    /// <summary>For every group, for every slice that counts, the scores of all units.</summary>
    public static IReadOnlyList<IReadOnlyList<double[]>> Score(GroupPass pass) => SliceGradients.Score(
        pass, static gradient => gradient.square(), static rows => rows[0].square().mul(rows[1]).sum(1, type: ScalarType.Float64).div(2));
}
