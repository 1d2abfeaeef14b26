using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>Whether ours and the published code come to the same result.</summary>
/// <remarks>
/// Two scores that differ by rounding alone may change places, in large layers in some rows. From there on such a row differs; the others do not.
/// </remarks>
internal static class SparseGptAgreement
{
    // As in the reference vectors: the fraction of the mask, the loss.
    private const double Mask = 0.001;
    private const double Loss = 0.001;

    // Of the largest weight, in rows with the same mask.
    private const double Weight = 0.0001;

    /// <summary>Prunes both ways, says how far they are apart, and throws where that is too far.</summary>
    public static void Check(string name, Tensor dense, Hessian hessian, SparsityRule rule, PruneOptions options)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (dense.clone(), dense.clone());
        var solution = SparseGpt.Prune(ours, hessian, rule, options);
        var loss = PublishedSparseGpt.Prune(theirs, hessian.Matrix.clone(), rule.Sparsity, rule.M - rule.N, rule.M);

        var different = solution.Pruned.ne(theirs.eq(0));
        var masks = different.to(ScalarType.Float64).mean().item<double>();
        var losses = Math.Abs(solution.Loss - loss) / loss;
        var sameRows = different.any(1).logical_not();
        var rows = sameRows.to(ScalarType.Float64).mean().item<double>();
        var weights = (ours - theirs).abs().amax(1).masked_select(sameRows).max().item<float>() / dense.abs().max().item<float>();
        Console.WriteLine(
            FormattableString.Invariant($"{name}: apart by {masks:0.0e0} of the mask, {losses:0.0e0} of the loss, {weights:0.0e0} of the largest weight ")
            + FormattableString.Invariant($"in the {rows:0.0%} of rows with the same mask"));
        if (masks > Mask || losses > Loss || weights > Weight)
        {
            throw new InvalidOperationException($"{name}: at most {Mask}, {Loss} and {Weight} are allowed.");
        }
    }
}
