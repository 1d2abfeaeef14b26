using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>locuslab/wanda, <c>prune_wanda</c>: the lowest of every row, N:M, or the variant that searches alpha.</summary>
internal static class WandaGolden
{
    public static void Check(GoldenCase golden)
    {
        var (weight, inputs) = (golden.Input("W"), golden.Input("X"));
        using var norms = new ActivationNorms(weight.shape[1], weight.device);
        for (long sample = 0; sample < inputs.shape[0]; sample++)
        {
            norms.Add(inputs[sample], 1);
        }

        var scores = Wanda.Score(weight, norms.MeanSquares);
        var pruned = Choose(golden, scores);

        foreach (var role in golden.Outputs)
        {
            switch (role)
            {
                case "scaler_row":
                    golden.AssertClose(role, norms.MeanSquares, 0, golden.Tolerance("scaler_row_rel"));
                    break;
                case "score":
                    golden.AssertClose(role, scores, 0, golden.Tolerance("score_rel"));
                    break;
                case "pruned_mask":
                    golden.AssertEqual(role, pruned);
                    break;
                case "W_pruned":
                    golden.AssertEqual(role, weight.masked_fill(pruned, 0));
                    break;
                default:
                    Assert.Fail($"There is no check for the output '{role}'.");
                    break;
            }
        }
    }

    private static Tensor Choose(GoldenCase golden, Tensor scores)
    {
        var (sparsity, zeroed, m) = (golden.Parameter("sparsity_ratio", 0), (int)golden.Parameter("prune_n", 0), (int)golden.Parameter("prune_m", 0));
        if (m > 0)
        {
            return Selection.Choose(scores, SparsityRule.SemiStructured(m - zeroed, m, Criterion.Wanda), CutOff.Exact);
        }

        if (golden.Flag("use_variant"))
        {
            var chosen = Wanda.ChooseVariant(scores, sparsity, out var alpha);
            Assert.Equal(golden.Parameter("alpha_found"), alpha);
            return chosen;
        }

        return Selection.Lowest(scores, sparsity, CutOff.Truncated);
    }
}
