namespace CompressDsl.Tests;

/// <summary>locuslab/wanda, <c>prune_magnitude</c>: one threshold for the whole layer, or N:M.</summary>
internal static class MagnitudeGolden
{
    public static void Check(GoldenCase golden)
    {
        var weight = golden.Input("W");
        var scores = Magnitude.Score(weight);
        var (zeroed, m) = ((int)golden.Parameter("prune_n", 0), (int)golden.Parameter("prune_m", 0));
        var rule = m > 0 ? SparsityRule.SemiStructured(m - zeroed, m) : SparsityRule.Unstructured(golden.Parameter("sparsity_ratio"));
        var pruned = Selection.Choose(scores, rule, CutOff.AtOrBelow);

        foreach (var role in golden.Outputs)
        {
            golden.AssertEqual(role, role switch
            {
                "pruned_mask" => pruned,
                "W_pruned" => weight.masked_fill(pruned, 0),
                "threshold" => scores.masked_select(pruned).max(),
                _ => throw new InvalidOperationException($"There is no check for the output '{role}'."),
            });
        }
    }
}
